"""What stands above the search of the look-up page: an access review that is overdue."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from apps.core.home import HomePart, register
from apps.staff.access import person_of
from apps.staff.review.reading import REVIEW, overdue_for


def overdue(request: HttpRequest) -> Mapping[str, Any]:
    """The overdue round in which something waits for this person; nothing otherwise. One query."""
    review = overdue_for(person_of(request))
    return {"review": review} if review else {}


register(HomePart("access_review", "staff/reviews/_overdue.html", REVIEW, overdue, on_top=True))
