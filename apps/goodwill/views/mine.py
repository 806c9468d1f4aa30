"""One's own requests: the list, answering one that was sent back, withdrawing a pending one."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from apps.core.context import current_reference
from apps.core.errors import ConsoleError
from apps.core.pages import INVALID_FORM, go, render_page
from apps.goodwill.answering import answer as give_answer
from apps.goodwill.answering import withdraw as take_back
from apps.goodwill.forms_ask import WordsForm
from apps.goodwill.listing import Listing, listing_of
from apps.goodwill.models import GoodwillRequest
from apps.goodwill.money import given_words
from apps.goodwill.states import GIVEN, PENDING, State
from apps.goodwill.views.said import Said
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of

UNKNOWN = "unknown"
CHOICES: dict[str, tuple[Any, Q]] = {
    "": (gettext_lazy("All"), Q()),
    "waiting": (gettext_lazy("Waiting"), Q(state=State.WAITING)),
    "sent_back": (gettext_lazy("Sent back"), Q(state=State.SENT_BACK)),
    UNKNOWN: (gettext_lazy("Not known yet"), Q(state__in=[State.SENDING, State.DECIDING])),
    "given": (gettext_lazy("Approved and done"), Q(state__in=GIVEN)),
    "rejected": (gettext_lazy("Rejected or refused"), Q(state__in=[State.REJECTED, State.REFUSED])),
    "withdrawn": (gettext_lazy("Withdrawn"), Q(state=State.WITHDRAWN)),
}
COUNTED = ("waiting", "sent_back", UNKNOWN)


@require_safe
@permission_required("staff.ask_goodwill")
def mine(request: HttpRequest) -> HttpResponse:
    """The person's own, newest first, narrowed by what the address says."""
    own = GoodwillRequest.objects.asked_by(person_of(request))
    chosen = request.GET.get("state", "")
    if chosen not in CHOICES:
        raise Http404
    listing = listing_of(request, own.filter(CHOICES[chosen][1]))
    context = {"listing": listing, "chips": _chips(own, chosen), "summary": _summary(listing)}
    return render_page(request, "goodwill/mine.html", context, fragment="goodwill/_mine.html")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.ask_goodwill")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks why; POST withdraws."""
    found = _own(request, pk)
    form = WordsForm(request.POST or None, label=_("Why you withdraw it"))
    if request.method != "POST":
        return _dialog(request, found, form, "withdraw")
    try:
        words = str(form.data.get("words", ""))
        done = take_back(actor=actor_of(request), user=person_of(request), request=found, reason=words)
    except ConsoleError as error:
        return _again(request, found, "withdraw", error)
    if done.state == State.WITHDRAWN:
        what = given_words(done.kind, done.amount, done.series)
        messages.success(request, _("%(what)s withdrawn.") % {"what": f"{done.number}, {what}"})
    return go(request, "goodwill:request", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.ask_goodwill")
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the question; POST answers it."""
    found = _own(request, pk)
    form = WordsForm(request.POST or None, label=_("Your answer"))
    if request.method != "POST":
        return _dialog(request, found, form, "answer")
    try:
        words = str(form.data.get("words", ""))
        give_answer(actor=actor_of(request), user=person_of(request), request=found, words=words)
    except ConsoleError as error:
        return _again(request, found, "answer", error)
    messages.success(request, _("%(number)s waits for a decision again.") % {"number": found.number})
    return go(request, "goodwill:request", pk)


def _own(request: HttpRequest, pk: int) -> GoodwillRequest:
    own = GoodwillRequest.objects.asked_by(person_of(request)).select_related(
        "series", "store", "escalated_to"
    )
    found = own.prefetch_related("acts__decision", "decisions").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _again(request: HttpRequest, found: GoodwillRequest, act: str, error: ConsoleError) -> HttpResponse:
    """The same form: the sentence beside the field, or above it; what was typed stays."""
    label = _("Why you withdraw it") if act == "withdraw" else _("Your answer")
    form, said = WordsForm(request.POST, label=label), None
    if error.field in {"words", "reason"}:
        form.is_valid()
        form.add_error("words", error.message)
    else:
        said = Said("bad", _("This did not take place."), error)
    return _dialog(request, found, form, act, said=said, status=error.http_status)


def _dialog(
    request: HttpRequest,
    found: GoodwillRequest,
    form: WordsForm,
    act: str,
    *,
    said: Said | None = None,
    status: int = 200,
) -> HttpResponse:
    questions = [one for one in found.decisions.all() if one.verdict == "send_back"]
    context = {
        "asked": found,
        "form": form,
        "said": said,
        "reference": current_reference(),
        "what": given_words(found.kind, found.amount, found.series),
        "question": questions[-1] if questions else None,
        "pending": found.state in PENDING,
        "here": reverse(f"goodwill:{act}", args=[found.pk]),
    }
    page, fragment = f"goodwill/{act}.html", f"goodwill/_{act}_dialog.html"
    return render_page(request, page, context, fragment=fragment, status=status)


def _chips(own: QuerySet[GoodwillRequest], chosen: str) -> list[dict[str, Any]]:
    counts = own.order_by().aggregate(**{name: Count("pk", filter=CHOICES[name][1]) for name in COUNTED})
    here = reverse("goodwill:mine")
    return [
        {
            "label": label,
            "url": f"{here}?state={name}" if name else here,
            "current": name == chosen,
            "count": counts.get(name, 0),
        }
        for name, (label, _which) in CHOICES.items()
    ]


def _summary(listing: Listing) -> str:
    return _("%(count)s shown, newest first.") % {"count": len(listing.rows)}


__all__ = ["INVALID_FORM", "answer", "mine", "withdraw"]
