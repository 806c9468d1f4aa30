"""The signed-in person of a request, as their own type."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from apps.staff.models import User


def person_of(request: HttpRequest) -> User:
    """The person; a stranger never comes this far, and is refused if one does."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
