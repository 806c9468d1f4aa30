"""How much of goodwill waits for a person, for the navigation."""

from collections.abc import Mapping, Sequence

from apps.goodwill.models import GoodwillRequest
from apps.goodwill.states import OPEN
from apps.staff.counting import Question, count_with
from apps.staff.models import User


@count_with
def questions_of(user: User) -> Mapping[str, Sequence[Question]]:
    """What is counted for this person, by URL name."""
    found: dict[str, Sequence[Question]] = {}
    if user.has_perm("staff.approve_goodwill"):
        found["goodwill:approvals"] = [Question(GoodwillRequest.objects.decidable_by(user), "warn")]
    if user.has_perm("staff.ask_goodwill"):
        mine = GoodwillRequest.objects.filter(requester=user, state__in=OPEN)
        found["goodwill:mine"] = [Question(mine)]
    return found
