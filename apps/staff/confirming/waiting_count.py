"""How many changes wait for this person, for the navigation."""

from collections.abc import Mapping, Sequence

from apps.staff.confirming.kinds import names_confirmed_by
from apps.staff.confirming.models import ProposedChange
from apps.staff.counting import Question, count_with
from apps.staff.models import User


@count_with
def questions_of(user: User) -> Mapping[str, Sequence[Question]]:
    """For those who may confirm: what others asked for, and what they asked for and was not done."""
    if not names_confirmed_by(user):
        return {}
    return {
        "staff:changes": [
            Question(ProposedChange.objects.confirmable_by(user), "warn"),
            Question(ProposedChange.objects.untold_to(user), "warn"),
        ]
    }
