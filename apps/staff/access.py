"""Marks on views: which permission they need, or that they are open to everybody."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from apps.staff.models import User
from apps.staff.roles import APP, PERMISSIONS

View = Callable[..., HttpResponse]

# Signing in is asked for everywhere else: the middleware denies by default.
public = login_not_required


class MissingPermission(PermissionDenied):
    """The person lacks one permission; its name goes into the trail's refusal."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        self.permission = permission


def person_of(request: HttpRequest) -> User:
    """The signed-in person; only where signing in is asked for.

    Raises: PermissionDenied for a stranger
    """
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def permission_required(*permissions: str) -> Callable[[View], View]:
    """Let in only people with one of these permissions, such as ``staff.view_customers``; otherwise 403 and an entry,
    which names the first.

    Raises: LookupError at import when the role table does not know a permission
    """
    for one in permissions:
        if one.removeprefix(f"{APP}.") not in PERMISSIONS:
            raise LookupError(f"{one!r} is not in the table of permissions.")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not any(request.user.has_perm(one) for one in permissions):
                raise MissingPermission(permissions[0])
            return view(request, *args, **kwargs)

        guarded.permission = permissions[0]  # type: ignore[attr-defined]
        return guarded

    return decorate
