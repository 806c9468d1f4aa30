"""Counts a try before it is read: however many are sent at once, no more than the limit are ever looked at.

The limiter's own way is to look how many failed, then to check, then to count: what arrives together passes the look
together. Here one conditional update takes a try; what turns out right gives it back, or forgets all of them.
"""

from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from axes.signals import user_locked_out
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest

# Each round is lost to somebody who made, emptied or deleted the row at this moment.
ROUNDS = 10


class Handler(AxesDatabaseHandler):  # type: ignore[misc]
    """One row for account and address, whatever the browser calls itself; nothing of what was sent is kept."""

    def is_allowed(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Take one of the tries that are left. False when none is: then nothing is read."""
        taken = _take(request, credentials)
        request.axes_try = credentials if taken else None  # type: ignore[attr-defined]
        return taken

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any
    ) -> None:
        """It was wrong, and counts already; the pause lasts from now. The last one left is answered by the pause."""
        if request is None or request.axes_locked_out or not getattr(request, "axes_try", None):
            super().user_login_failed(sender, credentials, request, **kwargs)
            return
        request.axes_try = None
        _rows(request, credentials).update(attempt_time=request.axes_attempt_time)
        if self.get_failures(request, credentials) < settings.AXES_FAILURE_LIMIT:
            return
        request.axes_locked_out, request.axes_credentials = True, credentials
        told = {"username": credentials.get("username"), "ip_address": request.axes_ip_address}
        user_locked_out.send("axes", request=request, **told)


def give_back(request: HttpRequest) -> None:
    """Nothing in the try was wrong, and nobody was signed in by it: it does not count."""
    if credentials := getattr(request, "axes_try", None):
        request.axes_try = None  # type: ignore[attr-defined]
        _rows(request, credentials).filter(failures_since_start__gt=0).update(
            failures_since_start=F("failures_since_start") - 1
        )


def _take(request: HttpRequest, credentials: dict[str, Any] | None) -> bool:
    rows, since = _rows(request, credentials), get_cool_off_threshold(request)
    most = settings.AXES_FAILURE_LIMIT
    for _round in range(ROUNDS):
        # The database asks again under the row's lock, so that the last try is taken once.
        left = rows.filter(attempt_time__gte=since, failures_since_start__lt=most)
        if left.update(failures_since_start=F("failures_since_start") + 1):
            return True
        if rows.filter(attempt_time__gte=since, failures_since_start__gte=most).exists():
            return False
        over = rows.filter(attempt_time__lt=since)
        if over.update(failures_since_start=1, attempt_time=_now(request)) or _made(request, credentials):
            return True
    return False


def _made(request: HttpRequest, credentials: dict[str, Any] | None) -> bool:
    try:
        with transaction.atomic():
            AccessAttempt.objects.create(
                **_who(request, credentials), attempt_time=_now(request), failures_since_start=1
            )
    except IntegrityError:
        return False
    return True


def _rows(request: HttpRequest, credentials: dict[str, Any] | None) -> QuerySet[Any]:
    rows: QuerySet[Any] = AccessAttempt.objects.filter(**_who(request, credentials))
    return rows


def _who(request: HttpRequest, credentials: dict[str, Any] | None) -> dict[str, Any]:
    # The browser's name is part of the row's key, and the guesser's to choose.
    address = request.axes_ip_address  # type: ignore[attr-defined]
    return {"username": get_client_username(request, credentials), "ip_address": address, "user_agent": ""}


def _now(request: HttpRequest) -> Any:
    return request.axes_attempt_time  # type: ignore[attr-defined]
