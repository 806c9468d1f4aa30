"""What every page knows of this room: the notices at its edge."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.operations.notices import Shown, shown_to
from apps.staff.models import User


def notices(request: HttpRequest) -> dict[str, Any]:
    """Context of every page; nothing is asked for fragments, which have no edge."""
    if not isinstance(getattr(request, "user", None), User):
        return {"notices": Shown()}
    return {"notices": SimpleLazyObject(lambda: shown_to(request))}
