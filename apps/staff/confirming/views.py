"""Changes that wait: the list, the page of one, and what is said to it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.audit.access import permission_required as any_permission
from apps.core.context import current_reference
from apps.core.errors import ConsoleError
from apps.core.pages import go, render_page
from apps.core.said import Said
from apps.staff.access import person_of
from apps.staff.confirming import deciding, kinds, proposing
from apps.staff.confirming.acting import by_of
from apps.staff.confirming.again import KEPT_SECONDS, again, keep
from apps.staff.confirming.forms import AskForm, ConfirmForm, RefuseForm
from apps.staff.confirming.models import SEEN_WITH, ProposedChange
from apps.staff.confirming.showing import Choices, Shown, choices, reason_of, state_sentence
from apps.staff.factors.reauthenticate import reauthenticate

ROWS = 50


@require_safe
@any_permission(*SEEN_WITH)
def changes(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first; with ``?ended=1`` the history, the latest first."""
    ended = "ended" in request.GET
    seen = ProposedChange.objects.visible_to(person_of(request))
    found = seen.ended().order_by("-decided_at", "-pk") if ended else seen.waiting().order_by("asked_at")
    drafts = seen.filter(state=ProposedChange.State.DRAFT) if not ended else seen.none()
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "shown": [Shown(one) for one in page],
        "drafts": [Shown(one) for one in drafts],
        "untold": [Shown(one) for one in seen.untold_to(person_of(request))],
        "ended": ended,
    }
    return render_page(request, "staff/changes/list.html", context)


@require_safe
@any_permission(*SEEN_WITH)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Before and after, who asked, why, and what this person may say to it. Whoever asked knows then how it ended."""
    found = _found(request, pk)
    if found.untold and found.asked_by_id == person_of(request).pk:
        ProposedChange.objects.filter(pk=pk).update(untold=False)
    return _page(request, found)


@require_POST
@any_permission(*SEEN_WITH)
def change_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it wait for a second person."""
    form = AskForm(request.POST)
    words = _("%(subject)s: it waits for a second person.")
    return _act(
        request,
        pk,
        form,
        lambda typed: proposing.ask(by=by_of(request), pk=pk, reason=typed["reason"]),
        words,
    )


@require_POST
@any_permission(*SEEN_WITH)
@reauthenticate
def change_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person says yes: it is applied now."""
    results: list[Any] = []

    def confirmed(typed: dict[str, Any]) -> None:
        results.append(deciding.confirm(by=by_of(request), pk=pk, words=typed["words"]))

    answer = _act(request, pk, ConfirmForm(request.POST), confirmed, _("Confirmed and done: %(subject)s."))
    if results:
        done, result = results[0]
        kind = kinds.named(done.kind)
        return keep(request, f"change {pk}", kind.answer(request, result)) if kind.answer else answer
    return (_was_pressed_twice(request, pk) and again(request, f"change {pk}")) or answer


def _was_pressed_twice(request: HttpRequest, pk: int) -> bool:
    """Whether this person's own click has just made what is shown once; its answer was thrown away by the browser."""
    mine = ProposedChange.objects.filter(pk=pk, state=ProposedChange.State.CONFIRMED)
    lately = timezone.now() - timedelta(seconds=KEPT_SECONDS)
    found = mine.filter(decided_by=person_of(request), decided_at__gt=lately).first()
    kind = kinds.find(found.kind) if found else None
    return bool(kind and kind.shown_once)


@require_POST
@any_permission(*SEEN_WITH)
def change_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person says no."""
    form, words = RefuseForm(request.POST), _("%(subject)s: refused. Nothing was changed.")
    return _act(
        request,
        pk,
        form,
        lambda typed: deciding.refuse(by=by_of(request), pk=pk, words=typed["words"]),
        words,
    )


@require_POST
@any_permission(*SEEN_WITH)
def change_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever asked takes it back."""
    words = _("%(subject)s: withdrawn. Nothing was changed.")
    return _act(request, pk, None, lambda _typed: proposing.withdraw(by=by_of(request), pk=pk), words)


@require_POST
@any_permission(*SEEN_WITH)
def change_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a draft."""
    _found(request, pk)
    proposing.drop(by=by_of(request), pk=pk)
    messages.success(request, _("Nobody was asked. Nothing was changed."))
    return go(request, "staff:changes")


def _act(
    request: HttpRequest,
    pk: int,
    form: AskForm | ConfirmForm | RefuseForm | None,
    service: Callable[[dict[str, Any]], Any],
    words: str,
) -> HttpResponse:
    """Done and said, or the page again with the sentence and what was typed."""
    found, typed = _found(request, pk), {}
    if form is not None:
        form.is_valid()
        typed = form.cleaned_data
    try:
        service(typed)
    except ConsoleError as error:
        # A missing role is a refusal like any other: the middleware writes it down and answers.
        if error.http_status in (403, 503):
            raise
        found.refresh_from_db()
        beside = form is not None and form.tell(error)
        said = None if beside else Said("bad", _("Nothing was changed."), error)
        return _page(request, found, form=form, said=said, status=error.http_status)
    messages.success(request, words % {"subject": found.subject})
    return go(request, "staff:change", pk)


def _found(request: HttpRequest, pk: int) -> ProposedChange:
    found = ProposedChange.objects.visible_to(person_of(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _without_its_form(form: AskForm | ConfirmForm | RefuseForm | None, may: Choices) -> str:
    """What was typed into a form that is not on the page any more, because things have changed: it is not lost."""
    there = {
        AskForm: may.ask and not may.stuck,
        ConfirmForm: may.decide and not may.stuck,
        RefuseForm: may.decide,
    }
    return "" if form is None or there[type(form)] else "".join(form.cleaned_data.values())


def _page(
    request: HttpRequest,
    found: ProposedChange,
    *,
    form: AskForm | ConfirmForm | RefuseForm | None = None,
    said: Said | None = None,
    status: int = 200,
) -> HttpResponse:
    shown, may = Shown(found), choices(person_of(request), found)
    context = {
        "shown": shown,
        "sentence": state_sentence(shown),
        "may": may,
        "typed": _without_its_form(form, may),
        "ask_form": form if isinstance(form, AskForm) else AskForm(initial={"reason": reason_of(found)}),
        "confirm_form": form if isinstance(form, ConfirmForm) else ConfirmForm(),
        "refuse_form": form if isinstance(form, RefuseForm) else RefuseForm(),
        "said": said,
        "reference": current_reference(),
    }
    return render_page(request, "staff/changes/change.html", context, status=status)
