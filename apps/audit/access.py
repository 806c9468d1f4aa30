"""Lets in only who may read the trail; staff, above this room, answers what a person may."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from apps.audit.queries import Viewer

View = Callable[..., HttpResponse]


class MayNotRead(PermissionDenied):
    """The person lacks a permission; its name goes into the refusal's entry."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        self.permission = permission


def viewer_of(request: HttpRequest) -> Viewer:
    """The signed-in person as far as the trail needs to know them."""
    return cast(Viewer, request.user)


def permission_required(*permissions: str) -> Callable[[View], View]:
    """Let in people with any of these permissions; 403 otherwise, named after the first."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not any(viewer_of(request).has_perm(one) for one in permissions):
                raise MayNotRead(permissions[0])
            return view(request, *args, **kwargs)

        guarded.permission = permissions[0]  # type: ignore[attr-defined]
        return guarded

    return decorate
