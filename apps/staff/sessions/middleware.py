"""Stands before every view that wants somebody signed in: writes down that the session is used, or shows the lock."""

from collections.abc import Callable
from typing import Any

from django.db import InternalError, OperationalError
from django.http import HttpRequest, HttpResponse

from apps.core.errors import ConsoleError
from apps.core.middleware import database_ill, told
from apps.staff.access import View
from apps.staff.sessions.lasting import MINUTE, SECOND, TELLS, standing_of, use, used_at
from apps.staff.sessions.lock import OPENS_LOCK, answer_locked, answer_open, is_from_lock_page


class SessionLimits:
    """No query but the write of the last use, once a minute."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, _args: Any, _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not getattr(view, "login_required", True):
            return None
        standing = standing_of(request)
        if standing is None:
            return None
        # What a middleware raises here nobody else turns into a page.
        try:
            if standing.is_locked:
                return answer_locked(request, view, standing)
            at = used_at(request, view)
            if at:
                use(standing, at, least=SECOND if hasattr(view, TELLS) else MINUTE)
            if is_from_lock_page(request) and not hasattr(view, OPENS_LOCK):
                return answer_open(request, standing)
            return None
        except ConsoleError as error:
            return told(request, error)
        except (OperationalError, InternalError) as error:
            return database_ill(request, error)
