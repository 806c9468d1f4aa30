"""What the frame of every page knows of its session: when it locks, when it ends, and the form of the lock."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.staff.sessions.lasting import Standing, idle, standing_of
from apps.staff.sessions.lock import form_for


def session(request: HttpRequest) -> dict[str, Any]:
    """session_limits (None for strangers), idle_seconds and lock_form, for base.html; session_open says whether a page
    of an error, which nobody asks about the lock, may show the frame with what the person has open."""
    standing: Standing | None = standing_of(request) if hasattr(request, "user") else None
    if standing is None:
        return {"session_limits": None, "session_open": False}
    return {
        "session_limits": standing,
        "session_open": not standing.is_locked,
        "idle_seconds": int(idle().total_seconds()),
        "lock_form": SimpleLazyObject(lambda: form_for(request)),
    }
