"""Several at once: what is about to be approved, and a result for each."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core.context import current_reference
from apps.core.pages import go, render_page
from apps.goodwill import deciding
from apps.goodwill.forms_queue import NoteForm, chosen_of
from apps.goodwill.models import GoodwillRequest, Kind
from apps.goodwill.queue import DECIDE, waiting_for
from apps.goodwill.queue_rows import rows_of
from apps.goodwill.several import Result, results_of
from apps.goodwill.views.queue import Desk, desk_of
from apps.staff.access import permission_required
from apps.staff.actors import actor_of


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(DECIDE)
def several(request: HttpRequest) -> HttpResponse:
    """GET shows the chosen ones and their sum; POST approves each and shows what became of it."""
    desk = desk_of(request)
    data = request.POST if request.method == "POST" else request.GET
    numbers = chosen_of(data)
    chosen = list(
        waiting_for(desk.user).filter(pk__in=numbers).select_related("store", "series").order_by("due_at")
    )
    if not numbers:
        messages.info(request, _("Choose at least one request."))
        return go(request, desk.filters.address(reverse("goodwill:approvals"), select="1"))
    if request.method != "POST":
        return render_page(request, "goodwill/several.html", _asked(desk, chosen, len(numbers)))
    form = NoteForm(request.POST)
    form.is_valid()
    outcomes = deciding.approve_many(
        actor=actor_of(request),
        user=desk.user,
        chosen=[deciding.Chosen(request=one) for one in chosen],
        reason=str(form.cleaned_data.get("reason", "")),
    )
    results = results_of(outcomes, gone=len(numbers) - len(chosen))
    return render_page(request, "goodwill/several_done.html", _told(desk, results))


def _asked(desk: Desk, chosen: list[GoodwillRequest], wanted: int) -> dict[str, Any]:
    points = [one.amount for one in chosen if one.kind == Kind.POINTS and one.amount is not None]
    address = desk.filters.address(reverse("goodwill:evidence", args=[0]))
    return {
        "rows": rows_of(chosen, budgets=desk.budgets, now=desk.now, address=address, current=None),
        "points": sum(points, Decimal(0)),
        "coupons": sum(one.kind == Kind.COUPON for one in chosen),
        "gone": wanted - len(chosen),
        "form": NoteForm(),
        "filters": desk.filters,
        "queue_url": desk.filters.address(reverse("goodwill:approvals")),
    }


def _told(desk: Desk, results: list[Result]) -> dict[str, Any]:
    done = sum(one.badge in {"done", "approved"} for one in results)
    left = [one for one in results if one.badge == "refused"]
    return {
        "results": results,
        "summary": _("%(done)s of %(all)s approved.") % {"done": done, "all": len(results)},
        "left": left,
        "unknown": sum(one.badge == "unknown" for one in results),
        "queue_url": desk.filters.address(reverse("goodwill:approvals")),
        "reference": current_reference(),
    }
