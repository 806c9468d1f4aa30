"""How much of goodwill waits for a person, for the navigation: everything in one query."""

from collections.abc import Mapping

from django.db.models import IntegerField, QuerySet, Subquery

from apps.goodwill.models import GoodwillRequest
from apps.goodwill.states import OPEN
from apps.staff.models import User
from apps.staff.navigation import Counted, count_with

# Beyond this many nobody reads the number, and counting on would cost.
MOST = 999


class CountOf(Subquery):
    """How many rows a question has, as part of another query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) _counted)"
    output_field = IntegerField()


def questions_of(user: User) -> dict[str, tuple[QuerySet[GoodwillRequest], str]]:
    """What is counted for this person: URL name → (rows, tone)."""
    requests = GoodwillRequest.objects.order_by()
    found: dict[str, tuple[QuerySet[GoodwillRequest], str]] = {}
    if user.has_perm("staff.approve_goodwill"):
        found["goodwill:approvals"] = (requests.decidable_by(user), "warn")
    if user.has_perm("staff.ask_goodwill"):
        found["goodwill:mine"] = (requests.filter(requester=user, state__in=OPEN), "")
    if user.has_perm("staff.ask_goodwill") or user.has_perm("staff.view_health"):
        found["goodwill:unknown"] = (requests.visible_to(user).unknown(), "wait")
    return found


@count_with
def counts_for(user: User) -> Mapping[str, Counted]:
    """Counts by URL name. One query, none for people to whom goodwill is closed."""
    asked = questions_of(user)
    if not asked:
        return {}
    columns = {
        name.replace(":", "_"): CountOf(rows.values("pk")[:MOST]) for name, (rows, _tone) in asked.items()
    }
    row = User.objects.filter(pk=user.pk).annotate(**columns).values(*columns).get()
    return {name: Counted(row[name.replace(":", "_")], tone) for name, (_rows, tone) in asked.items()}
