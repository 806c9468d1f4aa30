"""How many items of the watch nobody has looked at, for the navigation; the trail below knows no navigation."""

from collections.abc import Mapping, Sequence

from apps.audit.models import WatchItem
from apps.audit.watch.marking import MARK
from apps.staff.counting import Question, count_with
from apps.staff.models import User


@count_with
def questions_of(user: User) -> Mapping[str, Sequence[Question]]:
    """For auditors, who are waited for."""
    if not user.has_perm(MARK):
        return {}
    return {"audit:watch": [Question(WatchItem.objects.waiting(), "warn")]}
