"""Leaves one entry for every refusal, whichever room refused."""

import logging
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from apps.audit.services import record
from apps.core.errors import Refused, TraceUnavailable
from apps.staff.actors import actor_of

log = logging.getLogger("console.staff")


class RefusalTrail:
    """Records ``staff.refused`` with view and permission; the answer is made by whoever comes next."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        if not isinstance(error, (PermissionDenied, Refused)):
            return
        match = request.resolver_match
        view = match.view_name if match else request.path
        try:
            record(
                "staff.refused",
                actor=actor_of(request),
                outcome="refused",
                subject=view,
                details={"view": view, "permission": permission_in(error), "method": request.method or ""},
            )
        except TraceUnavailable:
            # Nothing is done either way; a refusal without an entry is still a refusal.
            log.error("A refusal could not be written to the trail.")


def permission_in(error: Exception) -> str:
    """The permission that was missing: of our own error, or the words of Django's."""
    return str(getattr(error, "permission", "")) or (
        str(error) if isinstance(error, PermissionDenied) else ""
    )
