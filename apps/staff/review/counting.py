"""How many rights wait for a person to be reviewed, for the navigation."""

from collections.abc import Mapping, Sequence

from apps.staff.counting import Question, count_with
from apps.staff.models import User
from apps.staff.review.reading import REVIEW, waiting_for


@count_with
def questions_of(user: User) -> Mapping[str, Sequence[Question]]:
    """For those who review."""
    if not user.has_perm(REVIEW):
        return {}
    return {"staff:reviews": [Question(waiting_for(user), "warn")]}
