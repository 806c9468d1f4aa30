"""How many signals wait for a person to look, for the navigation."""

from collections.abc import Mapping, Sequence

from apps.referrals.models import Signal
from apps.referrals.models.signals import MARK
from apps.staff.counting import Question, count_with
from apps.staff.models import User


@count_with
def questions_of(user: User) -> Mapping[str, Sequence[Question]]:
    """What is counted for this person, by URL name; auditors read and are waited for by nothing."""
    if not user.has_perm(MARK):
        return {}
    return {"referrals:signals": [Question(Signal.objects.visible_to(user).waiting(), "warn")]}
