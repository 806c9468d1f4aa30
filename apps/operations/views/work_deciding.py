"""What asks first: approving exactly one file, rejecting it, cancelling the rest. Each is a page, and a dialog."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.audit.access import permission_required
from apps.core.context import current_reference
from apps.core.errors import ConsoleError, TraceUnavailable
from apps.core.pages import go, render_page
from apps.operations.forms_work import ReasonForm
from apps.operations.models import Operation
from apps.operations.views.work_shared import READ, Said, found_of, kind_of, may_read_rows
from apps.operations.work import services
from apps.operations.work.progress import progress_of
from apps.operations.work.states import State
from apps.staff.access import person_of
from apps.staff.actors import actor_of

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@permission_required(*READ)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the exact file and its totals; POST binds what was shown, and nothing else."""
    found = _deciding(request, pk)
    if request.method != "POST":
        return _asking(request, found, "approve")
    seen = {name: request.POST.get(name, "") for name in ("sha256", "fingerprint")}
    try:
        done = services.approve(actor=actor_of(request), user=person_of(request), operation=found, **seen)
    except TraceUnavailable:
        raise
    except ConsoleError as error:
        return _asking(request, found_of(request, pk), "approve", error)
    return _onward(request, done, _("%(number)s approved. Only these bytes can run."))


@require_http_methods(METHODS)
@permission_required(*READ)
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks why; POST rejects with the reason."""
    found = _deciding(request, pk)
    if request.method != "POST":
        return _asking(request, found, "reject")
    form = ReasonForm(request.POST)
    form.is_valid()
    reason = str(form.cleaned_data.get("reason", ""))
    try:
        done = services.reject(
            actor=actor_of(request), user=person_of(request), operation=found, reason=reason
        )
    except TraceUnavailable:
        raise
    except ConsoleError as error:
        return _asking(request, found_of(request, pk), "reject", error, form)
    return _onward(request, done, _("%(number)s rejected."))


@require_http_methods(METHODS)
@permission_required(*READ)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what stays and what does not come back; POST cancels the rest."""
    found = _deciding(request, pk)
    if request.method != "POST":
        return _asking(request, found, "cancel")
    try:
        done = services.cancel(actor=actor_of(request), user=person_of(request), operation=found)
    except TraceUnavailable:
        raise
    except ConsoleError as error:
        return _asking(request, found_of(request, pk), "cancel", error)
    return _onward(request, done, _("%(number)s: the rest is cancelled."))


def _deciding(request: HttpRequest, pk: int) -> Operation:
    found = found_of(request, pk)
    may_read_rows(request, found, kind_of(found))
    return found


def _onward(request: HttpRequest, done: Operation, words: str) -> HttpResponse:
    messages.success(request, words % {"number": done.number})
    return go(request, "operations:operation", done.pk)


def _asking(
    request: HttpRequest,
    found: Operation,
    act: str,
    error: ConsoleError | None = None,
    form: ReasonForm | None = None,
) -> HttpResponse:
    form = form or ReasonForm()
    said = None
    if error is not None and error.field and form.is_bound:
        form.add_error("reason", error.message)
    elif error is not None:
        said = Said(_("This was not done."), error)
    context: dict[str, Any] = {
        "operation": found,
        "kind": kind_of(found),
        "act": act,
        "form": form,
        "said": said,
        "totals": found.totals,
        "progress": progress_of(found),
        "can": not found.is_over if act == "cancel" else found.state == State.WAITING,
        "reference": current_reference(),
        "here": reverse(f"operations:operation_{act}", args=[found.pk]),
        "back": reverse("operations:operation", args=[found.pk]),
    }
    page, fragment = "operations/work/decide.html", "operations/work/_decide_dialog.html"
    status = error.http_status if error else 200
    return render_page(request, page, context, fragment=fragment, status=status)
