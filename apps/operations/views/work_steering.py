"""What is done to an operation with one press: ask, run, pause, resume, rerun, free."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.audit.access import permission_required
from apps.core.errors import ConsoleError, TraceUnavailable
from apps.operations.forms_work import ReasonForm
from apps.operations.models import Chunk, Operation
from apps.operations.views.work_page import page_of
from apps.operations.views.work_shared import READ, Said, found_of, kind_of, may_read_rows
from apps.operations.work import services
from apps.staff.access import person_of
from apps.staff.actors import actor_of


@require_POST
@permission_required(*READ)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a second person to approve it."""
    form = ReasonForm(request.POST)
    form.is_valid()
    reason = str(form.cleaned_data.get("reason", ""))
    return _act(request, pk, services.request_approval, _("%(number)s waits for approval."), reason=reason)


@require_POST
@permission_required(*READ)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the rows run."""
    return _act(request, pk, services.run, _("%(number)s is started."))


@require_POST
@permission_required(*READ)
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop between rows."""
    return _act(request, pk, services.pause, _("%(number)s stops after the rows in flight."))


@require_POST
@permission_required(*READ)
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on where it stopped."""
    return _act(request, pk, services.resume, _("%(number)s goes on."))


@require_POST
@permission_required(*READ)
def rerun(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that were not done, as an operation of its own with its own dry run."""
    return _act(
        request, pk, services.rerun_failed, _("%(number)s: the dry run of the failed rows has begun.")
    )


@require_POST
@permission_required(*READ)
def free(request: HttpRequest, pk: int, chunk: int) -> HttpResponse:
    """Let parked rows be tried again."""
    parked = Chunk.objects.filter(operation=found_of(request, pk), pk=chunk).first()
    if parked is None:
        raise Http404
    return _act(request, pk, services.free_chunk, _("%(number)s: the rows are tried again."), chunk=parked)


def _act(
    request: HttpRequest, pk: int, service: Callable[..., Operation], words: str, **more: Any
) -> HttpResponse:
    """To the page of what came of it; a no stands on the page, which shows what is true now."""
    found = found_of(request, pk)
    may_read_rows(request, found, kind_of(found))
    try:
        done = service(actor=actor_of(request), user=person_of(request), operation=found, **more)
    except TraceUnavailable:
        raise
    except ConsoleError as error:
        return page_of(request, found_of(request, pk), Said(_("This was not done."), error))
    messages.success(request, words % {"number": done.number})
    return redirect("operations:operation", done.pk)
