"""The health page for people, and the bare probe for machines."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.core.pages import render_page
from apps.operations.health import checks
from apps.operations.health.processes import database_writes
from apps.staff.access import permission_required, public


@require_safe
@permission_required("staff.view_health")
def health(request: HttpRequest) -> HttpResponse:
    """Each part with its state in words; asked for again by the page itself."""
    return render_page(
        request,
        "operations/health.html",
        {"checks": checks(), "at": timezone.now()},
        fragment="operations/_checks.html",
    )


@public
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """``ok`` while the database takes changes; no data, no sign-in."""
    if database_writes():
        return HttpResponse("ok", content_type="text/plain")
    return HttpResponse("unavailable", status=503, content_type="text/plain")
