"""The roles the house made, read once per request: what is changed holds at the next one."""

from typing import Any

from asgiref.local import Local
from django.core.signals import request_finished, request_started

from apps.staff.custom_roles.rows import CustomRole

# Only while a request is served: a worker lives long, and asks each time.
_here = Local()


def known() -> dict[str, CustomRole]:
    """Every role the house made by code, also retired ones, by title. One query in a request."""
    found: dict[str, CustomRole] | None = getattr(_here, "found", None)
    if found is None:
        found = {one.code: one for one in CustomRole.objects.all()}
        if getattr(_here, "in_request", False):
            _here.found = found
    return found


def forget() -> None:
    """Asked after a change: the rest of this request reads anew."""
    _here.found = None


def _begin(**_signal: Any) -> None:
    _here.in_request, _here.found = True, None


def _end(**_signal: Any) -> None:
    _here.in_request, _here.found = False, None


request_started.connect(_begin, dispatch_uid="custom roles are read anew")
request_finished.connect(_end, dispatch_uid="custom roles are let go")
