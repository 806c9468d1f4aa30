"""Pages of subject requests. Whoever reads here is in the trail themselves."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.audit.access import permission_required
from apps.audit.actor import actor_of
from apps.audit.models import Entry, SubjectRequest
from apps.audit.narrative import rows
from apps.audit.services import record
from apps.audit.subject_requests import erasing, opening, packing
from apps.audit.subject_requests.erasing import why_not_confirm
from apps.audit.subject_requests.forms import OpenForm, ReasonForm
from apps.audit.subject_requests.packs import pieces
from apps.audit.subject_requests.people import HANDLE, Person
from apps.audit.subject_requests.previewing import asked_because, what_goes
from apps.audit.subject_requests.rooms import blocking
from apps.audit.subject_requests.showing import Shown, acts_for, form_for, linked
from apps.audit.subject_requests.whom import NobodyKnown, subject_of
from apps.audit.visits import was_read
from apps.core.context import current_reference
from apps.core.errors import BadInput, ConsoleError
from apps.core.faults import focus_on_mistake, tell
from apps.core.pages import INVALID_FORM, go, render_page
from apps.core.said import Said

ROWS = 50
HISTORY = 100
READING = ("subject.request.viewed", "subject.erasure.form_opened")
Service = Callable[..., Any]


@require_safe
@permission_required(HANDLE)
def requests(request: HttpRequest) -> HttpResponse:
    """The queue: what is open by its last day, with ``?ended=1`` what is over, the latest first."""
    ended = "ended" in request.GET
    found = SubjectRequest.objects.all()
    found = (
        found.filter(state__in=SubjectRequest.ENDED).order_by("-ended_at", "-pk") if ended else found.open()
    )
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    record(
        "subject.requests.viewed",
        actor=actor_of(request),
        details={"filters": _("ended") if ended else _("open")},
    )
    context = {"page": page, "shown": [Shown(one) for one in page], "ended": ended}
    return render_page(request, "audit/subject_requests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(HANDLE)
def request_new(request: HttpRequest) -> HttpResponse:
    """GET shows the form, POST opens a request."""
    form = OpenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = opening.open_request(actor=actor_of(request), user=_person(request), **form.cleaned_data)
        except BadInput as error:
            form.asks_about_nobody |= any(isinstance(one, NobodyKnown) for one in (error, *error.also))
            tell(form, error)
        else:
            messages.success(request, _("%(number)s is open.") % {"number": made.number})
            return go(request, "audit:subject_request", made.pk)
    focus_on_mistake(form)
    status = INVALID_FORM if form.errors else 200
    return render_page(request, "audit/subject_new.html", {"form": form}, status=status)


@require_safe
@permission_required(HANDLE)
def request_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: its clock, what can be done now, and what was done. Asks again while a worker is at it."""
    shown = get_object_or_404(SubjectRequest, pk=pk)
    again = request.headers.get("HX-Request") and request.headers.get("HX-Target") == "subject-request"
    # The page that asks again by itself every few seconds is one visit, while there is something to wait for.
    if not (again and shown.is_moving and _was_read(request, shown)):
        _note_reading(request, shown, "subject.request.viewed")
    return _page(request, shown)


@require_POST
@permission_required(HANDLE)
def pack_make(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a worker make the pack."""
    return _act(request, pk, "pack", packing.ask_for_pack, _("The pack of %(number)s is being made."))


@require_POST
@permission_required(HANDLE)
def pack_fetch(request: HttpRequest, pk: int) -> HttpResponse:
    """The pack as a file. In the trail first."""
    shown, form = get_object_or_404(SubjectRequest, pk=pk), form_for("fetch", request.POST)
    form.is_valid()
    try:
        found = packing.fetch_pack(
            actor=actor_of(request), user=_person(request), request=shown, reason=form.typed
        )
    except ConsoleError as error:
        return _failed(request, shown, "fetch", form, error)
    answer = StreamingHttpResponse(pieces(found), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{found.number}.zip"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    # What guards views knows only one kind of answer.
    return cast(HttpResponse, answer)


@require_POST
@permission_required(HANDLE)
def request_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The person has their pack."""
    return _act(request, pk, "answer", opening.answer_request, _("%(number)s is done."))


@require_POST
@permission_required(HANDLE)
def request_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """End it without what was asked for."""
    return _act(request, pk, "refuse", opening.refuse_request, _("%(number)s is refused."))


@require_POST
@permission_required(HANDLE)
def erasure_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a second person."""
    return _act(request, pk, "ask", erasing.ask_to_confirm, _("%(number)s waits for a second person."))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(HANDLE)
def erasure_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what goes and what stays, POST lets a worker begin."""
    shown = get_object_or_404(SubjectRequest, pk=pk)
    if request.method == "POST":
        return _act(request, pk, "confirm", erasing.confirm, _("%(number)s is being erased."))
    if shown.state != SubjectRequest.State.WAITING:
        return go(request, "audit:subject_request", pk)
    _note_reading(request, shown, "subject.erasure.form_opened")
    return _confirming(request, shown, form_for("confirm"))


def _confirming(
    request: HttpRequest,
    shown: SubjectRequest,
    form: ReasonForm,
    *,
    said: Said | None = None,
    status: int = 200,
) -> HttpResponse:
    subject = subject_of(shown)
    context = {
        "shown": Shown(shown),
        "form": form,
        "said": said,
        "said_text": linked(said.text) if said else "",
        "why_not": why_not_confirm(_person(request), shown),
        "blocking": [linked(one) for one in blocking(subject)],
        "goes": what_goes(subject),
        "asked_because": asked_because(shown),
        "reference": current_reference(),
    }
    return render_page(request, "audit/subject_confirm.html", context, status=status)


def _act(request: HttpRequest, pk: int, name: str, service: Service, words: str) -> HttpResponse:
    shown, form = get_object_or_404(SubjectRequest, pk=pk), form_for(name, request.POST)
    form.is_valid()
    try:
        service(actor=actor_of(request), user=_person(request), request=shown, reason=form.typed)
    except ConsoleError as error:
        return _failed(request, shown, name, form, error)
    messages.success(request, words % {"number": shown.number})
    return go(request, "audit:subject_request", pk)


def _failed(
    request: HttpRequest, shown: SubjectRequest, name: str, form: ReasonForm, error: ConsoleError
) -> HttpResponse:
    said = None
    if error.field in form.fields:
        form.add_error(error.field, error.message)
        focus_on_mistake(form)
    else:
        said = Said("bad", _("Nothing was done."), error)
    shown.refresh_from_db()
    # Beside what is wrong stands the page: who never opened it reads it now.
    if not _was_read(request, shown):
        _note_reading(request, shown, "subject.request.viewed")
    if name == "confirm" and shown.state == SubjectRequest.State.WAITING:
        return _confirming(request, shown, form, said=said, status=error.http_status)
    return _page(request, shown, failed=(name, form), said=said, status=error.http_status)


def _page(
    request: HttpRequest,
    shown: SubjectRequest,
    *,
    failed: tuple[str, ReasonForm] | None = None,
    said: Said | None = None,
    status: int = 200,
) -> HttpResponse:
    person = _person(request)
    # Who only read it stands in the trail.
    about = Entry.objects.about_subject(shown.number).exclude(action__in=READING).order_by("-id")
    context = {
        "shown": Shown(shown),
        "forms": acts_for(shown, person, failed),
        "said": said,
        "said_text": linked(said.text) if said else "",
        "why_not": why_not_confirm(person, shown) if shown.state == SubjectRequest.State.WAITING else "",
        "others": [Shown(one) for one in SubjectRequest.objects.about(shown).order_by("-pk")[:10]],
        "history": rows(about[:HISTORY], folded=False),
        "history_url": reverse("audit:about", args=[shown.number]),
        "reference": current_reference(),
    }
    return render_page(
        request,
        "audit/subject_request.html",
        context,
        fragment="audit/_subject_request.html",
        status=status,
    )


def _note_reading(request: HttpRequest, shown: SubjectRequest, action: str) -> None:
    record(action, actor=actor_of(request), customer=shown.customer, subject=shown.number)


def _was_read(request: HttpRequest, shown: SubjectRequest) -> bool:
    """Whether this person's reading of it stands in the trail already, and not from long ago."""
    return was_read(_person(request).pk, shown.number, READING)


def _person(request: HttpRequest) -> Person:
    return cast(Person, request.user)
