"""Who else may approve a request: for the sentence that sends people on."""

from apps.goodwill.authority import why_not
from apps.goodwill.limits import left_to_decide
from apps.goodwill.models import GoodwillRequest
from apps.staff.models import User
from apps.staff.role_table import codes_allowing

MOST_NAMED = 3
MOST_ASKED = 12


def who_can(request: GoodwillRequest) -> list[str]:
    """Up to three people who may approve all of it at this moment, by name."""
    roles = codes_allowing("approve_goodwill")
    managers = (
        User.objects.people()
        .knowing_services()
        .filter(is_active=True, memberships__role__in=roles)
        .distinct()
    )
    if not request.needs_other_store:
        here = [pk for pk in (request.store_id, request.escalated_to_id) if pk]
        managers = managers.filter(memberships__store__in=here)
    found = (one for one in managers.order_by("name")[:MOST_ASKED] if _may(one, request))
    return [one.name for _place, one in zip(range(MOST_NAMED), found, strict=False)]


def _may(user: User, request: GoodwillRequest) -> bool:
    if why_not(user, request) or request.amount is None:
        return False
    return left_to_decide(user, request.kind).fits(request.amount)
