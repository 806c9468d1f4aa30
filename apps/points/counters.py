"""How many reversals wait for a person, for the navigation."""

from collections.abc import Mapping, Sequence

from apps.points.models import Reversal
from apps.points.models.reversals import APPROVE
from apps.staff.counting import Question, count_with
from apps.staff.models import User


@count_with
def questions_of(user: User) -> Mapping[str, Sequence[Question]]:
    """What is counted for this person, by URL name."""
    if not user.has_perm(APPROVE):
        return {}
    return {"points:reversals": [Question(Reversal.objects.waiting_for(user), "warn")]}
