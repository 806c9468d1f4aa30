"""One request of the queue: its evidence, read again, beside the list; and the customer's year."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import reswap, retarget

from apps.core.context import current_reference
from apps.core.errors import ConsoleError, TraceUnavailable
from apps.core.pages import render_page, wants_fragment
from apps.goodwill import deciding
from apps.goodwill.evidence import Card, card_of
from apps.goodwill.forms_queue import ApproveForm, ReasonForm
from apps.goodwill.models import GoodwillRequest
from apps.goodwill.months import year_of
from apps.goodwill.queue import DECIDE, neighbours
from apps.goodwill.views.queue import Desk, desk_of, list_of
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of
from apps.staff.models import User

CARD_PARTS = {"request", "request-facts"}


@require_safe
@permission_required(DECIDE)
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """The card beside the queue; for htmx both together, or the card alone when it is what is swapped."""
    desk = desk_of(request)
    found = request_of(desk.user, pk)
    card = card_of(deciding.open_evidence(actor=actor_of(request), user=desk.user, request=found))
    context = card_context(request, desk, card)
    if wants_fragment(request) and request.htmx.target in CARD_PARTS:  # type: ignore[attr-defined]
        # A part of the card that failed is loaded again together with what leans on it.
        response = render_page(request, "goodwill/_card.html", context)
        return reswap(retarget(response, "#request"), "outerHTML")
    context |= list_of(request, desk, found)
    return render_page(request, "goodwill/queue.html", context, fragment="goodwill/_queue.html")


@require_safe
@permission_required(DECIDE)
def year(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer's goodwill of twelve months: a panel for htmx, a page without script."""
    found = request_of(person_of(request), pk)
    context: dict[str, Any] = {"request_shown": found, "card_url": reverse("goodwill:evidence", args=[pk])}
    try:
        context["year"] = year_of(actor=actor_of(request), request=found)
        context |= {"state": "ok" if context["year"] else "empty", "read_at": timezone.now()}
    except TraceUnavailable:
        raise
    except ConsoleError as error:
        context |= {"state": "failed", "error": error}
    return render_page(request, "goodwill/year.html", context, fragment="goodwill/_year.html")


def request_of(user: User, pk: int) -> GoodwillRequest:
    """A request this person may see, 404 for any other."""
    rows = GoodwillRequest.objects.visible_to(user).select_related(
        "store", "series", "reason", "requester", "escalated_to"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def card_context(request: HttpRequest, desk: Desk, card: Card) -> dict[str, Any]:
    """The right side: the card, where it stands in the list, and the forms of its dialogs."""
    path = reverse("goodwill:evidence", args=[0])
    turned = {name: request.GET[name] for name in ("after", "before") if request.GET.get(name)}
    around = neighbours(desk.rows, card.request)

    def address(pk: int | None) -> str:
        return desk.filters.address(path.replace("/0/", f"/{pk}/"), **turned) if pk else ""

    return {
        "card": card,
        "request_shown": card.request,
        "around": around,
        "card_url": address(card.request.pk),
        "previous_url": address(around.previous),
        "next_url": address(around.next),
        "filters": desk.filters,
        "query": desk.filters.address("", **turned),
        "queue_url": desk.filters.address(reverse("goodwill:approvals"), **turned),
        "year_url": reverse("goodwill:evidence_year", args=[card.request.pk]),
        "approve_form": approve_form(card),
        "reject_form": reject_form(),
        "send_back_form": question_form(),
        "reference": current_reference(),
        "announce": _("%(title)s opened.") % {"title": f"{card.what} · {card.whom}"},
    }


def approve_form(card: Card, *, data: Any = None, reason: str = "") -> ApproveForm:
    """The form of an approval as the card offers it, or as it was sent."""
    amount = f"{card.most.normalize():f}" if card.most is not None else ""
    first = {"amount": amount, "shown": amount, "seen": card.evidence.fingerprint, "reason": reason}
    form = ApproveForm(data, initial=first, auto_id="approve_%s")
    if card.most is None:
        form.fields["amount"].widget.attrs["autofocus"] = True
    return form


def reject_form(data: Any = None) -> ReasonForm:
    """The form of rejecting."""
    return ReasonForm(data, auto_id="reject_%s")


def question_form(data: Any = None) -> ReasonForm:
    """The form of sending back: the same field, asked for as a question."""
    form = ReasonForm(data, auto_id="send_back_%s")
    form.fields["reason"].label = _("What has to change")
    return form
