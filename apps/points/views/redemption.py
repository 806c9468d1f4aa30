"""One redemption: what came of it, its life, its entries and its calls."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from apps.audit.access import permission_required as any_permission
from apps.core.pages import render_page
from apps.points.life import redemption_life
from apps.points.models import Redemption
from apps.points.standing import note_of
from apps.points.tracing import trace
from apps.points.views.duty import duties
from apps.points.views.shared import calls_of, polling, trail_of, visible
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of
from apps.staff.stores import current_store

READ = ("staff.redeem_points", "staff.view_trail")


@require_safe
@any_permission(*READ)
def redemption(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one redemption; who reads it is in the trail first, except whoever did it."""
    found = _found(request, pk)
    own = found.user_id == person_of(request).pk
    if not own:
        trace("viewed", found, actor=actor_of(request))
    context = {
        **polling(request, found, first=True),
        **trail_of(request, found),
        **duties(request, found),
        "act": found,
        "own": own,
        "note": note_of(found),
        "reverse_url": _reverse_url(request, found),
        "steps": redemption_life(found),
    }
    return render_page(request, "points/redemption.html", context)


@require_safe
@any_permission(*READ)
def redemption_result(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of it by now, for a page that waits for it; a page whose facts changed is loaded anew."""
    found = _found(request, pk)
    context = polling(request, found)
    if context["news"] and request.GET.get("was"):
        return HttpResponseClientRefresh()
    return render_page(request, "points/standing.html", context, fragment="points/_standing.html")


@require_safe
@permission_required("staff.view_trail")
def redemption_calls(request: HttpRequest, pk: int) -> HttpResponse:
    """Every call it caused."""
    found = _found(request, pk)
    trace("viewed", found, actor=actor_of(request), part="calls")
    context = {"subject": found, "kind": "redemption", **calls_of(request, found)}
    return render_page(request, "points/calls.html", context, fragment="audit/_calls.html")


def _reverse_url(request: HttpRequest, found: Redemption) -> str:
    """Where its points are given back, "" for somebody who may not, acts for no store, or while it gave nothing.

    How much of it is left only the outside knows: the form says so.
    """
    store, name = current_store(request), found.listed_id or found.outside_id
    may = store is not None and person_of(request).has_perm("staff.reverse_redemptions", store)
    if not may or not name or found.state != Redemption.State.DONE:
        return ""
    return reverse("points:reverse", args=[found.customer_id, name])


def _found(request: HttpRequest, pk: int) -> Redemption:
    found = visible(request, "redemption", pk)
    if not isinstance(found, Redemption):
        raise TypeError("A redemption was asked for.")
    return found
