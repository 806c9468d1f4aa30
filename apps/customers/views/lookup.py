"""Looking up: the search home, every way a search comes in, and what it comes to."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from apps.audit.actor import Actor
from apps.capillary.errors import CapillaryError
from apps.core.context import current_reference
from apps.core.errors import BadInput
from apps.core.home import parts_for
from apps.core.pages import INVALID_FORM, go, render_page
from apps.customers.arriving import Arrived, keep_search, offer_number, take_search
from apps.customers.context import recent_of
from apps.customers.find import EVERYWHERE, find_customer
from apps.customers.forms import LookupForm
from apps.customers.outcomes import Found, Match, NotFound, Several
from apps.customers.places import default_source
from apps.customers.recent import remember_found
from apps.customers.several import rows_of
from apps.customers.telling import silent_places, told
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of

# What a telephone or ticket system may put into the address, and the kind it means.
SCREEN_POP = {"phone": "mobile", "email": "email", "external_id": "external_id", "card": "card", "id": "id"}
CHOICES = ("kind", "source", "account")


@require_http_methods(["GET", "POST"])
@permission_required("staff.view_customers")
@sensitive_post_parameters()
def lookup(request: HttpRequest) -> HttpResponse:
    """The search home; with something to look for, the search itself, by form or by address."""
    if request.method == "POST" and "q" in request.POST:
        return _search(request, LookupForm(request.POST.dict()), "search")
    brought = _brought(request.GET)
    if brought is not None:
        # What is looked up stands in this address: it is left before anything is shown.
        keep_search(request.session, brought)
        return go(request, "customers:lookup")
    arrived = take_search(request.session)
    if arrived is None:
        return _home(request, LookupForm(), {})
    return _search(request, LookupForm(dict(arrived.values)), arrived.way)


def _brought(query: QueryDict) -> Arrived | None:
    popped = next((name for name in SCREEN_POP if name in query), "")
    if not popped and "q" not in query:
        return None
    values = {name: str(query[name]) for name in ("q", *CHOICES) if name in query}
    if popped:
        values |= {"q": str(query[popped]), "kind": SCREEN_POP[popped]}
    return Arrived(values, popped or "search")


def _search(request: HttpRequest, form: LookupForm, way: str) -> HttpResponse:
    """Look, then go to the customer or say what was found."""
    if not form.is_valid():
        return _home(request, form, {}, INVALID_FORM)
    actor, asked = actor_of(request), form.cleaned_data
    try:
        outcome = find_customer(
            actor=actor,
            typed=str(asked["q"] or ""),
            kind=asked["kind"],
            source=asked["source"],
            account=asked["account"],
            way=way,
        )
    except BadInput as error:
        form.add_error("q", error.message)
        return _home(request, form, {}, INVALID_FORM)
    except CapillaryError as error:
        return _home(request, form, {"failed": error, "reference": current_reference()}, error.http_status)
    if isinstance(outcome, Found):
        return _open(request, outcome.match, way)
    if isinstance(outcome, Several):
        return _home(request, form, _several(actor, outcome, str(asked["q"] or "")))
    return _home(request, form, _none(outcome, asked))


def _open(request: HttpRequest, match: Match, way: str) -> HttpResponse:
    """To the customer, without the identifier in the address."""
    found = match.found_as
    if match.merged:
        messages.info(request, _("The account you looked up was merged into this one."))
    handle = f"{found.kind.record_name}={match.value}" if found and found.kind.record_name else ""
    person = person_of(request)
    remember_found(
        user_id=person.pk,
        customer_id=match.customer_id,
        found_by=found.masked if found else _("Name"),
        handle=handle if "," not in handle else "",
    )
    if way == "phone" and found and found.kind.code == "mobile" and person.has_perm("staff.verify_callers"):
        offer_number(request.session, match.customer_id, found.masked)
    return go(request, "customers:customer", match.customer_id)


def _several(actor: Actor, outcome: Several, typed: str) -> dict[str, Any]:
    silent = silent_places(outcome.failed)
    return {"several": outcome, "rows": rows_of(actor, outcome, typed), "unanswered": silent}


def _none(outcome: NotFound, asked: dict[str, Any]) -> dict[str, Any]:
    return {"none": told(outcome, source=asked["source"], account=asked["account"]), "outcome": outcome}


def _home(request: HttpRequest, form: LookupForm, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page with the field, what the search came to, and the person's recent customers."""
    page = {
        "form": form,
        "first_source": default_source(),
        "everywhere": EVERYWHERE,
        "chosen": any(form.data.get(name) for name in CHOICES),
        "recent": recent_of(request),
        "parts": parts_for(request),
        **context,
    }
    return render_page(request, "customers/lookup.html", page, status=status)
