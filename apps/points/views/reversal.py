"""One reversal: where it stands, its life, its entries and its calls; and the queue of those that wait."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from apps.audit.access import permission_required as any_permission
from apps.core.pages import render_page
from apps.points.life import reversal_life
from apps.points.models import Reversal, State
from apps.points.models.reversals import APPROVE
from apps.points.second_person import why_not
from apps.points.standing import reversal_stands
from apps.points.tracing import trace
from apps.points.views.duty import duties
from apps.points.views.shared import calls_of, polling, trail_of, visible
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of

READ = ("staff.reverse_redemptions", APPROVE, "staff.view_trail")
ROWS = 25


@require_safe
@any_permission(*READ)
def reversal(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one reversal; who reads it is in the trail first, except whoever asked."""
    found, person = found_of(request, pk), person_of(request)
    own = found.user_id == person.pk
    if not own:
        trace("viewed", found, actor=actor_of(request))
    waits = found.state == State.WAITING
    context = {
        **polling(request, found, first=True),
        **trail_of(request, found),
        **duties(request, found),
        "reversal": found,
        "own": own,
        "steps": reversal_life(found),
        "act_reference": next((act.reference for act in reversed(found.acts.all())), ""),
        "may_decide": waits and not why_not(person, found),
        "may_withdraw": waits and own,
    }
    return render_page(request, "points/reversal.html", context)


@require_safe
@any_permission(*READ)
def reversal_result(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of it by now; a page whose facts changed is loaded anew."""
    context = polling(request, found_of(request, pk))
    if context["news"] and request.GET.get("was"):
        return HttpResponseClientRefresh()
    return render_page(request, "points/standing.html", context, fragment="points/_standing.html")


@require_safe
@permission_required("staff.view_trail")
def reversal_calls(request: HttpRequest, pk: int) -> HttpResponse:
    """Every call it caused."""
    found = found_of(request, pk)
    trace("viewed", found, actor=actor_of(request), part="calls")
    context = {"subject": found, "kind": "reversal", **calls_of(request, found)}
    return render_page(request, "points/calls.html", context, fragment="audit/_calls.html")


@require_safe
@any_permission("staff.reverse_redemptions", APPROVE)
def reversals(request: HttpRequest) -> HttpResponse:
    """Those that wait for this person, oldest first, and their own, newest first."""
    person = person_of(request)
    decides = person.has_perm(APPROVE)
    mine, older = _page(request, Reversal.objects.filter(user=person))
    waiting = list(_told(Reversal.objects.waiting_for(person))[: ROWS + 1]) if decides else []
    context = {
        "decides": decides,
        "waiting": _lines(waiting[:ROWS]),
        "more_waiting": len(waiting) > ROWS,
        "mine": _lines(mine),
        "older_url": older,
    }
    return render_page(request, "points/reversals.html", context, fragment="points/_reversals.html")


def found_of(request: HttpRequest, pk: int) -> Reversal:
    """The reversal if this person may see it; otherwise there is none."""
    found = visible(request, "reversal", pk)
    if not isinstance(found, Reversal):
        raise TypeError("A reversal was asked for.")
    return found


def _page(request: HttpRequest, rows: QuerySet[Reversal]) -> tuple[list[Reversal], str]:
    before = request.GET.get("before", "")
    at = int(before) if before.isascii() and before.isdecimal() and len(before) < 15 else 0
    found = list(_told(rows.filter(pk__lt=at) if at else rows).order_by("-pk")[: ROWS + 1])
    more = len(found) > ROWS
    found = found[:ROWS]
    return found, f"{request.path}?{urlencode({'before': found[-1].pk})}" if more else ""


def _told(rows: QuerySet[Reversal]) -> QuerySet[Reversal]:
    return rows.select_related("store", "redeemed_store").prefetch_related("acts")


def _lines(rows: list[Reversal]) -> list[dict[str, Any]]:
    return [{"reversal": one, "standing": reversal_stands(one)} for one in rows]
