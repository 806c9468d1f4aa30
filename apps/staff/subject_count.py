"""How many subject requests are open, for the navigation; the trail below knows no navigation."""

from collections.abc import Mapping, Sequence

from apps.audit.models import SubjectRequest
from apps.audit.subject_requests.people import HANDLE
from apps.staff.counting import Question, count_with
from apps.staff.models import User


@count_with
def questions_of(user: User) -> Mapping[str, Sequence[Question]]:
    """For those who handle them."""
    if not user.has_perm(HANDLE):
        return {}
    return {"audit:subject_requests": [Question(SubjectRequest.objects.open(), "warn")]}
