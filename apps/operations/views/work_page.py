"""One operation: its dry run, its file, how far it is, and what may be done; and the piece that looks again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh, HttpResponseStopPolling

from apps.audit.access import permission_required
from apps.core.context import current_reference
from apps.core.pages import render_page, wants_fragment
from apps.operations.forms_work import ReasonForm
from apps.operations.models import Operation
from apps.operations.views.work_parts import dry_run_of, duties_of, live_of
from apps.operations.views.work_shared import READ, Said, found_of, is_exported, kind_of, made_of
from apps.operations.work.tracing import trace
from apps.staff.access import person_of
from apps.staff.actors import actor_of

STOP = HttpResponseStopPolling.status_code


@require_safe
@permission_required(*READ)
def operation(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one operation; who reads it is in the trail first, except whoever asked for it."""
    found = found_of(request, pk)
    kind_of(found)
    if found.requested_by_id != person_of(request).pk:
        trace("viewed", found, actor=actor_of(request))
    return page_of(request, found)


@require_safe
@permission_required(*READ)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is by now: 286 when there is no more to wait for; a page whose acts changed is loaded anew."""
    found = found_of(request, pk)
    if not wants_fragment(request):
        return redirect("operations:operation", pk)
    live = live_of(found)
    answer: HttpResponse
    if request.GET.get("seen", live["seen"]) != live["seen"]:
        answer = HttpResponseClientRefresh()
    else:
        news = request.GET.get("failed", "") != str(live["failed_count"])
        may = duties_of(request, found, kind_of(found), live["progress"]) if news else {}
        context = {**live, "oob": True, "failed_news": news, **may}
        answer = render_page(request, "operations/work/_progress.html", context)
    if not live["moving"]:
        answer.status_code = STOP
    return answer


def page_of(request: HttpRequest, found: Operation, said: Said | None = None) -> HttpResponse:
    """The page, with what an act on it was answered."""
    kind = kind_of(found)
    live = live_of(found)
    context: dict[str, Any] = {
        **live,
        **dry_run_of(found, kind),
        **duties_of(request, found, kind, live["progress"]),
        "kind": kind,
        "exported": is_exported(found, kind),
        "made": made_of(found),
        "said": said,
        "reason_form": ReasonForm(),
        "reference": current_reference(),
        "asked": [(one.label, one.shown(found.parameters.get(one.name))) for one in kind.asks],
    }
    status = said.error.http_status if said else 200
    return render_page(request, "operations/work/operation.html", context, status=status)
