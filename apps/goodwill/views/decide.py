"""Approve, reject, send back: each a page, and a dialog on the card; each ends on the next request."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core.context import current_reference
from apps.core.errors import BadInput, Conflict, ConsoleError, TraceUnavailable
from apps.core.pages import INVALID_FORM, go, render_page
from apps.goodwill import deciding
from apps.goodwill.approving import checked_amount
from apps.goodwill.evidence import Card, card_of, with_amount
from apps.goodwill.forms_queue import ApproveForm, ReasonForm
from apps.goodwill.models import GoodwillRequest, Kind
from apps.goodwill.queue import DECIDE, next_after
from apps.goodwill.queue_rows import what, whom
from apps.goodwill.told import told_of
from apps.goodwill.views.evidence import (
    approve_form,
    card_context,
    question_form,
    reject_form,
    request_of,
)
from apps.goodwill.views.queue import Desk, desk_of
from apps.staff.access import permission_required
from apps.staff.actors import actor_of

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@permission_required(DECIDE)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """GET reads everything again and asks; POST approves exactly what was seen, or asks once more."""
    desk = desk_of(request)
    found = request_of(desk.user, pk)
    if request.method != "POST":
        card = _opened(request, desk, found)
        return _asked(request, desk, card, approve_form(card))
    form = ApproveForm(request.POST, auto_id="approve_%s")
    if not form.is_valid():
        return _asked(request, desk, _opened(request, desk, found), form, status=INVALID_FORM)
    if found.amount is not None and found.kind == Kind.POINTS and form.cleaned_data["amount"] is None:
        form.add_error("amount", _("Write how many points you approve."))
        return _asked(request, desk, _opened(request, desk, found), form, status=INVALID_FORM)
    if form.names_another:
        return _named_anew(request, desk, found, form)
    data = form.cleaned_data
    try:
        done = deciding.approve(
            actor=actor_of(request),
            user=desk.user,
            request=found,
            amount=data["amount"],
            reason=data["reason"],
            seen=data["seen"],
        )
    except TraceUnavailable:
        raise
    except ConsoleError as error:
        return _not_approved(request, desk, found, form, error)
    return onward(request, desk, done)


@require_http_methods(METHODS)
@permission_required(DECIDE)
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks why; POST rejects with the reason."""
    return _with_reason(request, pk, "reject", deciding.reject, reject_form)


@require_http_methods(METHODS)
@permission_required(DECIDE)
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks for the question; POST sends the request back with it."""
    return _with_reason(request, pk, "send_back", deciding.send_back, question_form)


def onward(request: HttpRequest, desk: Desk, done: GoodwillRequest) -> HttpResponse:
    """Tell what became of it and go to the next request; what is not known yet stays in sight."""
    told = told_of(done)
    here = reverse("goodwill:evidence", args=[done.pk])
    extra = here if told.level == "success" else ""
    messages.add_message(request, getattr(messages, told.level.upper()), told.words, extra_tags=extra)
    following = next_after(desk.rows, done) if told.known else None
    if not told.known:
        return go(request, desk.filters.address(here))
    if following is None:
        return go(request, desk.filters.address(reverse("goodwill:approvals")))
    address = desk.filters.address(reverse("goodwill:evidence", args=[following]))
    # The fragment takes the focus to the next request's title; a sentence that stays stands above it.
    return go(request, f"{address}#request-title" if told.level == "success" else address)


def _opened(request: HttpRequest, desk: Desk, found: GoodwillRequest) -> Card:
    return card_of(deciding.open_evidence(actor=actor_of(request), user=desk.user, request=found))


def _named_anew(request: HttpRequest, desk: Desk, found: GoodwillRequest, form: ApproveForm) -> HttpResponse:
    """The amount is another than the button named: show it with its consequences before anything moves."""
    card = _opened(request, desk, found)
    amount = form.cleaned_data["amount"]
    try:
        checked_amount(found, amount)
    except BadInput as error:
        form.add_error("amount", error.message)
        return _asked(request, desk, card, form, status=INVALID_FORM)
    if card.bound is not None and amount > card.bound:
        form.add_error("amount", f"{card.most_note} {card.others}".strip())
        return _asked(request, desk, card, form, status=INVALID_FORM)
    card = with_amount(card, amount)
    again = approve_form(card, reason=form.cleaned_data["reason"])
    words = _("The amount has changed. Look once more, then approve.")
    return _asked(request, desk, card, again, note=words, status=INVALID_FORM)


def _not_approved(
    request: HttpRequest, desk: Desk, found: GoodwillRequest, form: ApproveForm, error: ConsoleError
) -> HttpResponse:
    """The same form with what is wrong; after a change with what is true now, so that it is seen."""
    card = _opened(request, desk, request_of(desk.user, found.pk))
    if isinstance(error, BadInput) and error.field in form.fields:
        form.add_error(error.field, error.message)
        return _asked(request, desk, card, form, status=error.http_status)
    card = with_amount(card, form.cleaned_data["amount"] or card.most)
    again = approve_form(card, reason=form.cleaned_data["reason"])
    return _asked(request, desk, card, again, error=error, status=error.http_status)


def _asked(
    request: HttpRequest,
    desk: Desk,
    card: Card,
    form: ApproveForm,
    *,
    error: ConsoleError | None = None,
    note: str = "",
    status: int = 200,
) -> HttpResponse:
    if "amount" in form.errors:
        card = with_amount(card, None)
    context = {
        **card_context(request, desk, card),
        "form": form,
        "error": error,
        "note": note,
        "changed": isinstance(error, Conflict),
        "reference": current_reference(),
        "act": "approve",
    }
    return render_page(
        request, "goodwill/decide.html", context, fragment="goodwill/_approve_form.html", status=status
    )


def _with_reason(
    request: HttpRequest,
    pk: int,
    act: str,
    service: Callable[..., GoodwillRequest],
    form_of: Callable[..., ReasonForm],
) -> HttpResponse:
    desk = desk_of(request)
    found = request_of(desk.user, pk)
    if request.method != "POST":
        return _reason_asked(request, desk, found, act, form_of())
    form = form_of(request.POST)
    form.is_valid()
    words = str(form.cleaned_data.get("reason", ""))
    try:
        done = service(actor=actor_of(request), user=desk.user, request=found, reason=words)
    except TraceUnavailable:
        raise
    except BadInput as error:
        form.add_error("reason", error.message)
        return _reason_asked(request, desk, found, act, form, status=error.http_status)
    except ConsoleError as error:
        return _reason_asked(request, desk, found, act, form, error=error, status=error.http_status)
    return onward(request, desk, done)


def _reason_asked(
    request: HttpRequest,
    desk: Desk,
    found: GoodwillRequest,
    act: str,
    form: ReasonForm,
    *,
    error: ConsoleError | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "error": error,
        "act": act,
        "act_name": f"goodwill:evidence_{act}",
        "title_id": f"{act.replace('_', '-')}-dialog-title",
        "request_shown": found,
        "what": what(found),
        "whom": whom(found),
        "filters": desk.filters,
        "query": desk.filters.address(""),
        "card_url": desk.filters.address(reverse("goodwill:evidence", args=[found.pk])),
        "reference": current_reference(),
    }
    fragment = f"goodwill/_{act}_form.html"
    return render_page(request, "goodwill/decide.html", context, fragment=fragment, status=status)
