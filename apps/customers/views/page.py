"""The customer page and its panels: viewed first into the trail, then asked for, all calls at once."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.continuing import continuation
from apps.core.pages import render_page, wants_fragment
from apps.customers.arriving import number_offered
from apps.customers.forms import NoteForm
from apps.customers.models import NoteAct
from apps.customers.panels.counting import tab_links
from apps.customers.panels.header import HEAD, Head
from apps.customers.panels.identifiers import handle_of
from apps.customers.panels.loading import Answers, PanelView, ask, view
from apps.customers.panels.registry import (
    Asked,
    Panel,
    Tab,
    actions_for,
    panel_named,
    panels_of,
    tab_named,
    tab_of,
)
from apps.customers.recent import known, remember_opened
from apps.customers.verification import verification_of
from apps.customers.views.glass import glass_on
from apps.customers.views.moved import moved
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of
from apps.staff.connection import client_for

# How long the page itself waits; slower panels come by themselves a moment later.
WAIT_SECONDS = 2.5
# All but the first four are of panels in other rooms.
QUERY = (
    "period",
    "from",
    "rows",
    "tries",
    "until",
    "show",
    "programme",
    "campaign",
    "till",
    "page",
)
LONGEST_VALUE = 80


@require_safe
@permission_required("staff.view_customers")
def customer(request: HttpRequest, customer_id: int, tab: str = "overview") -> HttpResponse:
    """One tab of the customer's page."""
    shown = _tab(request, tab)
    return _page(request, customer_id, shown, panels_of(shown, person_of(request)))


@require_safe
@permission_required("staff.view_customers")
def panel(request: HttpRequest, customer_id: int, name: str) -> HttpResponse:
    """One panel: a fragment for htmx, otherwise the page with this panel alone."""
    found = panel_named(name)
    if found is None or found.url_name or not person_of(request).has_perm(found.permission):
        raise Http404
    if not wants_fragment(request):
        tab = tab_of(name) or _tab(request, "overview")
        panels = panels_of(tab, person_of(request)) if found.bare else [found]
        return _page(request, customer_id, tab, panels, patient=True)
    return _fragment(request, customer_id, found)


def _fragment(request: HttpRequest, customer_id: int, found: Panel) -> HttpResponse:
    """The panel alone, however long its calls take."""
    actor = actor_of(request)
    asked = _asked(request, customer_id)
    _trace(actor, customer_id, str(found.title))
    answers = _patiently(actor, asked, [found])
    if "customer" in answers:
        elsewhere = moved(request, actor, customer_id, answers, str(found.title))
        if elsewhere is not None:
            return elsewhere
    shown = view(found, asked, answers)
    context = {"panel": shown, "data": shown.data, "customer_id": customer_id, "can": _can(request)}
    if found is HEAD:
        _remember(request, customer_id, shown)
        context |= {"verification": verification_of(person_of(request).pk, customer_id)}
        context |= {"glass": glass_on(request)}
    context |= {"continues": continuation(request)}
    return render_page(request, found.template if found.bare else "customers/_panel.html", context)


def _page(
    request: HttpRequest, customer_id: int, tab: Tab, panels: list[Panel], *, patient: bool = False
) -> HttpResponse:
    actor = actor_of(request)
    asked = _asked(request, customer_id)
    _trace(actor, customer_id, str(tab.title))
    if patient:
        answers = _patiently(actor, asked, [HEAD, *panels])
    else:
        answers = ask(client_for(actor), _names([HEAD, *panels]), asked, _wait())
    if (elsewhere := moved(request, actor, customer_id, answers, str(tab.title))) is not None:
        return elsewhere
    head = view(HEAD, asked, answers)
    _remember(request, customer_id, head)
    shown = [view(each, asked, answers) for each in panels]
    context = {
        **_frame(request, customer_id, tab, answers),
        "head": head,
        "panels": shown,
        "failed": sum(each.state == "failed" for each in (head, *shown)),
        "remembered_name": known(person_of(request).pk, customer_id)[0] if head.state != "ok" else "",
    }
    return render_page(request, "customers/customer.html", context)


def _frame(request: HttpRequest, customer_id: int, tab: Tab, answers: Answers) -> dict[str, Any]:
    """What stands around the panels: tabs, the caller, what may be done."""
    person = person_of(request)
    verification = verification_of(person.pk, customer_id)
    notes = NoteAct.objects.unsettled().filter(customer_id=customer_id) if tab.name == "notes" else ()
    return {
        "customer_id": customer_id,
        "tab": tab,
        "tabs": tab_links(person, customer_id, tab, answers),
        "actions": actions_for(person),
        "verification": verification,
        "glass": glass_on(request),
        "caller_number": "" if verification else number_offered(request.session, customer_id),
        "continues": continuation(request),
        "open_notes": notes,
        "note_form": NoteForm() if tab.name == "notes" else None,
        "can": _can(request),
    }


def _tab(request: HttpRequest, name: str) -> Tab:
    found = tab_named(name)
    if found is None or not person_of(request).has_perm(found.permission):
        raise Http404
    return found


def _asked(request: HttpRequest, customer_id: int) -> Asked:
    person = person_of(request)
    query = {name: request.GET[name][:LONGEST_VALUE] for name in QUERY if name in request.GET}
    return Asked(customer_id, person, query, known(person.pk, customer_id)[1])


def _names(panels: Iterable[Panel]) -> list[str]:
    return [name for panel in panels for name in (*panel.needs, *panel.wants)]


def _patiently(actor: Actor, asked: Asked, panels: list[Panel]) -> Answers:
    """Wait for every call; ask for the customer first where the record needs an identifier to be asked by."""
    client, names = client_for(actor), _names(panels)
    if "record" not in names or asked.handle:
        return ask(client, names, asked, None)
    first = ask(client, [*names, "customer"], asked, None)
    found = first["customer"].value
    handle = handle_of(found) if found else ""
    if not handle:
        return first
    asked = Asked(asked.customer_id, asked.person, asked.query, handle)
    return {**first, **ask(client, ["record"], asked, None)}


def _remember(request: HttpRequest, customer_id: int, head: PanelView) -> None:
    found: Head | None = head.data.get("head")
    if found is not None:
        remember_opened(
            user_id=person_of(request).pk,
            customer_id=customer_id,
            name=found.name,
            tier=found.tier,
            tail=found.tail,
            handle=found.handle,
        )


def _trace(actor: Actor, customer_id: int, part: str) -> None:
    """Before anything is asked or shown: without this entry there is no page."""
    record("customer.viewed", actor=actor, customer=str(customer_id), details={"part": part})


def _can(request: HttpRequest) -> Mapping[str, bool]:
    person = person_of(request)
    names = ("reveal_identifiers", "add_notes", "verify_callers")
    return {name: person.has_perm(f"staff.{name}") for name in names}


def _wait() -> float:
    return float(getattr(settings, "CUSTOMER_PAGE_WAIT_SECONDS", WAIT_SECONDS))
