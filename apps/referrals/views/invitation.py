"""One invitation: what came of every row, its life, its entries and its calls; refused rows to be corrected."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from apps.audit.access import permission_required as any_permission
from apps.audit.calls import calls_in
from apps.audit.models import Entry
from apps.audit.narrative import rows as told_rows
from apps.core.pages import render_page
from apps.operations.acts.rows import ActState
from apps.referrals.invite_page import Whom, to_correct
from apps.referrals.inviting import rows_to_correct
from apps.referrals.life import life_of
from apps.referrals.models import Invitation
from apps.referrals.models.signals import MARK
from apps.referrals.resolving import why_not_give_up
from apps.referrals.standing import stands
from apps.referrals.tracing import trace
from apps.referrals.views.invite_form import Shown, context_of
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of

INVITE = "staff.invite_referrals"
READ = (INVITE, "staff.view_trail")
# While something moves the page looks again, ever more slowly, for half an hour; then it leaves it to the person.
MOST_LOOKS, SLOWEST_SECONDS = 65, 30
MOST_ENTRIES, MOST_CALLS = 100, 400


@require_safe
@any_permission(*READ)
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one invitation; who reads it is in the trail first, except whoever sent it."""
    found, person = visible(request, pk), person_of(request)
    own = found.user_id == person.pk
    if not own:
        trace("invitation.viewed", found, actor=actor_of(request))
    people, entries = list(found.invitees.all()), _entries(request, found)
    context = {
        **_polling(request, found, first=True),
        **_duties(request, found),
        **(_correcting(request, found) if own and person.has_perm(INVITE) else {}),
        "act": found,
        "own": own,
        "people": people,
        "steps": life_of(found, people),
        "rows": told_rows(entries, folded=False),
        "more_entries": len(entries) == MOST_ENTRIES,
        "opens": person.has_perm("staff.view_trail"),
    }
    return render_page(request, "referrals/invitation.html", context)


@require_safe
@any_permission(*READ)
def invitation_result(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of it by now; a page whose facts changed is loaded anew."""
    context = _polling(request, visible(request, pk))
    if context["news"] and request.GET.get("was"):
        return HttpResponseClientRefresh()
    return render_page(request, "referrals/standing.html", context, fragment="referrals/_standing.html")


@require_safe
@permission_required("staff.view_trail")
def invitation_calls(request: HttpRequest, pk: int) -> HttpResponse:
    """Every call to the outside it caused, whoever or whatever made it."""
    found = visible(request, pk)
    trace("invitation.viewed", found, actor=actor_of(request), part="calls")
    entries = _entries(request, found)
    references = {found.correlation, *(one.reference for one in entries if not _is_reading(one))}
    halves = Entry.objects.visible_to(person_of(request)).filter(reference__in=references - {""})
    shown = list(halves.exclude(call_id="").order_by("id")[:MOST_CALLS])
    context = {"act": found, "calls": calls_in(shown), "more": len(shown) == MOST_CALLS}
    return render_page(request, "referrals/calls.html", context, fragment="audit/_calls.html")


def visible(request: HttpRequest, pk: int) -> Invitation:
    """The invitation if this person may see it; otherwise there is none."""
    seen = Invitation.objects.visible_to(person_of(request)).select_related("store", "user")
    found = seen.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _polling(request: HttpRequest, act: Invitation, *, first: bool = False) -> dict[str, Any]:
    """What `_standing.html` needs; on the page itself it has just been looked at."""
    said, was, times = stands(act), request.GET.get("was", ""), request.GET.get("times", "")
    looked = (
        0 if first else (int(times) if times.isascii() and times.isdecimal() and len(times) < 3 else 0) + 1
    )
    state = f"{said.badge}-{act.not_known}"
    return {
        "act": act,
        "standing": said,
        "state_now": state,
        "times": looked,
        "delay": min(2 + looked, SLOWEST_SECONDS),
        "over": looked >= MOST_LOOKS,
        "news": not first and was != state,
        "result_url": reverse("referrals:invitation_result", args=[act.pk]),
        "page_url": reverse("referrals:invitation", args=[act.pk]),
    }


def _duties(request: HttpRequest, act: Invitation) -> dict[str, Any]:
    """What this person may do about an invitation that is not known."""
    person = person_of(request)
    decides = act.state == ActState.PERSON and person.has_perm(MARK)
    why_not = why_not_give_up(person, act) if decides else ""
    return {
        "may_check": act.is_open and person.has_perm(INVITE),
        "may_give_up": decides and not why_not,
        "why_not_give_up": why_not,
    }


def _correcting(request: HttpRequest, act: Invitation) -> dict[str, Any]:
    """The form with the refused rows as they were typed, under a token of its own; nothing where there are none."""
    if not act.refused:
        return {}
    typed = rows_to_correct(invitation=act)
    if not typed:
        return {}
    shown = Shown(
        whom=Whom(act.customer_id or 0, act.customer_name, act.customer_mask),
        rows=to_correct(act, typed),
        campaign=act.campaign,
    )
    return {"correcting": True, **context_of(request, shown)}


def _entries(request: HttpRequest, act: Invitation) -> list[Entry]:
    mine = Entry.objects.visible_to(person_of(request)).filter(subject=act.number)
    return list(mine.filter(customer=str(act.customer_id)).order_by("-id")[:MOST_ENTRIES])


def _is_reading(entry: Entry) -> bool:
    return entry.action == "referrals.invitation.viewed"
