"""The second person approves or rejects; whoever asked withdraws. Each is a page, and a dialog on the page."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core.context import current_reference
from apps.core.errors import ConsoleError, TraceUnavailable
from apps.core.formats import points as in_words
from apps.core.pages import go, render_page
from apps.core.said import Said
from apps.operations.notices import begin_watching
from apps.points import deciding
from apps.points.forms_reverse import ApproveForm
from apps.points.forms_words import WordsForm
from apps.points.models import Reversal, State
from apps.points.models.reversals import APPROVE
from apps.points.standing import whom
from apps.points.views.reversal import found_of
from apps.points.wanted import Reversible
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@permission_required(APPROVE)
def reversal_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """GET reads the redemption anew and asks; POST approves exactly what was seen, or asks once more."""
    found = found_of(request, pk)
    if request.method != "POST":
        return _approving(request, found, None)
    form = ApproveForm(request.POST)
    form.is_valid()
    try:
        done = deciding.approve_reversal(
            actor=actor_of(request),
            user=person_of(request),
            reversal=found,
            reason=str(form.cleaned_data.get("words", "")),
            seen=str(form.cleaned_data.get("seen", "")),
        )
    except TraceUnavailable:
        raise
    except ConsoleError as error:
        return _approving(request, found_of(request, pk), form, error)
    return _onward(request, done, _("Approved: %(what)s go back to %(whom)s."))


@require_http_methods(METHODS)
@permission_required(APPROVE)
def reversal_reject(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks why; POST rejects with the reason."""
    found = found_of(request, pk)
    form = WordsForm(_data(request), label=_("Why you reject it"))
    if request.method != "POST":
        return _with_words(request, found, form, "reject")
    try:
        done = deciding.reject_reversal(
            actor=actor_of(request), user=person_of(request), reversal=found, reason=form.typed
        )
    except ConsoleError as error:
        return _with_words(request, found, form, "reject", error)
    return _onward(request, done, _("Rejected: %(what)s for %(whom)s."))


@require_http_methods(METHODS)
@permission_required("staff.reverse_redemptions")
def reversal_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks; POST withdraws."""
    found = found_of(request, pk)
    form = WordsForm(_data(request), label=_("Why you withdraw it"))
    if request.method != "POST":
        return _with_words(request, found, form, "withdraw")
    try:
        done = deciding.withdraw_reversal(
            actor=actor_of(request), user=person_of(request), reversal=found, reason=form.typed
        )
    except ConsoleError as error:
        return _with_words(request, found, form, "withdraw", error)
    messages.success(request, _("%(number)s withdrawn.") % {"number": done.number})
    return go(request, "points:reversal", pk)


def _onward(request: HttpRequest, done: Reversal, words: str) -> HttpResponse:
    """Back to the queue; what is not known yet stays in sight."""
    here = reverse("points:reversal", args=[done.pk])
    if done.state == State.GOING:
        return begin_watching(go(request, here))
    told = words % {"what": in_words(done.points), "whom": whom(done)}
    messages.success(request, told, extra_tags=here)
    return go(request, "points:reversals")


def _approving(
    request: HttpRequest, found: Reversal, form: ApproveForm | None, error: ConsoleError | None = None
) -> HttpResponse:
    facts: Reversible | None = None
    said = Said("warn" if error and error.http_status == 409 else "bad", _("Not approved."), error)
    try:
        facts = deciding.open_reversal(actor=actor_of(request), user=person_of(request), reversal=found)
    except TraceUnavailable:
        raise
    except ConsoleError as unread:
        error = error or unread
        said = said if said.error else Said("bad", _("It cannot be approved now."), unread)
    words = str(form["words"].value() or "") if form else ""
    context = {
        **_context(request, found, "approve"),
        "form": ApproveForm(initial={"words": words, "seen": facts.fingerprint if facts else ""}),
        "facts": facts,
        "waits": found.state == State.WAITING,
        "after": facts.balance + found.points if facts and facts.balance is not None else None,
        "said": said if said.error else None,
    }
    return _page(request, context, error.http_status if error else 200)


def _with_words(
    request: HttpRequest, found: Reversal, form: WordsForm, act: str, error: ConsoleError | None = None
) -> HttpResponse:
    said = None
    if error is not None and error.field == "reason":
        form.is_valid()
        form.add_error("words", error.message)
    elif error is not None:
        said = Said("bad", _("This did not take place."), error)
    context = {**_context(request, found, act), "form": form, "said": said}
    return _page(request, context, error.http_status if error else 200)


def _context(request: HttpRequest, found: Reversal, act: str) -> dict[str, Any]:
    return {
        "reversal": found,
        "act": act,
        "what": in_words(found.points),
        "whom": whom(found),
        "reference": current_reference(),
        "here": reverse(f"points:reversal_{act}", args=[found.pk]),
        "back": reverse("points:reversal", args=[found.pk]),
    }


def _page(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    page, fragment = "points/decide.html", "points/_decide_dialog.html"
    return render_page(request, page, context, fragment=fragment, status=status)


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
