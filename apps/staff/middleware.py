"""Leaves one entry for every refusal, whichever room refused."""

import logging
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from apps.audit.services import record
from apps.core.errors import Refused, TraceUnavailable
from apps.core.pages import wants_fragment
from apps.staff.actors import actor_of

log = logging.getLogger("console.staff")


class RefusalTrail:
    """Records ``staff.refused`` with view and permission; the answer is made by whoever comes next."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, (PermissionDenied, Refused)):
            return None
        write_refusal(request, error)
        if isinstance(error, PermissionDenied) and wants_fragment(request):
            # Django's own answer is a whole page; a panel wants its sentence alone.
            response = render(
                request, "errors/_error.html", {"error": not_open()}, status=Refused.http_status
            )
            patch_vary_headers(response, ["HX-Request"])
            return response
        return None


def not_open() -> Refused:
    return Refused(
        _("Your role does not include this part."),
        next_step=_("If your work needs it, ask your administrator and quote the reference."),
    )


def write_refusal(request: HttpRequest, error: Exception) -> None:
    """One entry with the view's name and the permission that was missing."""
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
