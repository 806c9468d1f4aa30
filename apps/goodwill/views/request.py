"""One request: its whole life on a page, what became of it while it moves, and its calls."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from apps.audit.access import permission_required as any_permission
from apps.audit.calls import calls_in
from apps.audit.models import Entry
from apps.audit.narrative import rows
from apps.core.pages import render_page
from apps.goodwill.facts import facts_of
from apps.goodwill.life import life_of
from apps.goodwill.listing import with_life
from apps.goodwill.models import GoodwillRequest
from apps.goodwill.money import given_words
from apps.goodwill.sent_calls import halves_of
from apps.goodwill.states import PENDING, State
from apps.goodwill.telling import told
from apps.goodwill.tracing import trace
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of

# While something moves the page looks again, ever more slowly, and then leaves it to the person.
MOST_LOOKS = 12
MOST_ENTRIES = 100
READ = ("staff.ask_goodwill", "staff.approve_goodwill", "staff.view_trail")


@require_safe
@any_permission(*READ)
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one request; who reads it is in the trail first."""
    found, person = visible(request, pk), person_of(request)
    trace("viewed", found, actor=actor_of(request))
    entries = _entries(request, found)
    own = found.requester_id == person.pk
    context = {
        "asked": found,
        "told": told(found),
        "what": given_words(found.kind, found.granted, found.series),
        "facts": facts_of(found.snapshot),
        "steps": life_of(found),
        "rows": rows(entries, folded=False),
        "more_entries": len(entries) == MOST_ENTRIES,
        "opens": person.has_perm("staff.view_trail"),
        "may_withdraw": own and found.state in PENDING and not found.by_policy,
        "may_answer": own and found.state == State.SENT_BACK,
        "may_check": found.open_act is not None and person.has_perm("staff.ask_goodwill"),
        "may_give_up": may_give_up(request, found),
        "decide_url": _decide_url(request, found),
        "times": 0,
        "whole": True,
    }
    return render_page(request, "goodwill/request.html", context)


@require_safe
@any_permission(*READ)
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of it by now, for a page or drawer that waits for it."""
    found = visible(request, pk)
    said, was = told(found), request.GET.get("was", "")
    whole = "whole" in request.GET
    if whole and was and was != said.badge:
        return HttpResponseClientRefresh()
    times = request.GET.get("times", "")
    looked = int(times) if times.isascii() and times.isdecimal() and len(times) < 3 else 0
    context = {
        "asked": found,
        "told": said,
        "times": looked + 1,
        "delay": 2 + looked,
        "over": looked >= MOST_LOOKS,
        "whole": whole,
        "news": was != said.badge,
    }
    return render_page(request, "goodwill/result.html", context, fragment="goodwill/_result.html")


@require_safe
@permission_required("staff.view_trail")
def calls(request: HttpRequest, pk: int) -> HttpResponse:
    """Every call to the outside this request caused, whoever or whatever made it."""
    found = visible(request, pk)
    shown, more = halves_of(found, Entry.objects.visible_to(person_of(request)))
    trace("viewed", found, actor=actor_of(request), part="calls")
    context = {"asked": found, "calls": calls_in(shown), "more": more}
    return render_page(request, "goodwill/calls.html", context, fragment="audit/_calls.html")


def visible(request: HttpRequest, pk: int) -> GoodwillRequest:
    """The request if this person may see it; otherwise there is none."""
    seen = with_life(GoodwillRequest.objects.visible_to(person_of(request)).filter(pk=pk))
    found = seen.select_related("store", "series", "escalated_to", "reason").first()
    if found is None:
        raise Http404
    return found


def may_give_up(request: HttpRequest, found: GoodwillRequest) -> bool:
    """Whether this person may say that an open act did not take place; the service asks again."""
    act = found.open_act
    if act is None or act.state != act.State.PERSON:
        return False
    person = person_of(request)
    return person.has_perm("staff.approve_goodwill") and act.actor.get("user_id") != person.pk


def _entries(request: HttpRequest, found: GoodwillRequest) -> list[Entry]:
    mine = Entry.objects.visible_to(person_of(request)).about_subject(found.number)
    return list(mine.order_by("-id")[:MOST_ENTRIES])


def _decide_url(request: HttpRequest, found: GoodwillRequest) -> str:
    if not GoodwillRequest.objects.decidable_by(person_of(request)).filter(pk=found.pk).exists():
        return ""
    try:
        return reverse("goodwill:evidence", args=[found.pk])
    except NoReverseMatch:
        return ""
