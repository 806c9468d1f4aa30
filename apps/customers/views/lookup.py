"""Looking up: the search home, every way a search comes in, and what it comes to."""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from apps.audit.actor import Actor
from apps.capillary.errors import CapillaryError
from apps.core.context import current_reference
from apps.core.errors import BadInput
from apps.core.home import parts_for
from apps.core.pages import INVALID_FORM, go, render_page
from apps.customers.arriving import CHOICES, SCREEN_POP, brought, offer_number
from apps.customers.context import recent_of
from apps.customers.find import EVERYWHERE, find_customer
from apps.customers.forms import LookupForm
from apps.customers.kept import Result, keep, kept
from apps.customers.outcomes import Found, Match, Several
from apps.customers.places import default_source
from apps.customers.recent import remember_found
from apps.customers.several import rows_of
from apps.customers.telling import silent_places, told
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of

# The parameter that holds the key of a kept result: the only one of ours that an address shows.
FOUND = "found"


@require_http_methods(["GET", "POST"])
@permission_required("staff.view_customers")
@sensitive_post_parameters()
def lookup(request: HttpRequest) -> HttpResponse:
    """The search home; the search itself, by form or by address; and what one came to, by its key."""
    if request.method == "POST" and "q" in request.POST:
        return _search(request, LookupForm(request.POST.dict()), "search")
    if FOUND in request.GET:
        return _show(request, kept(request.session, request.GET[FOUND]))
    arrived = brought(request.GET)
    if arrived is None:
        return _home(request, LookupForm(), {})
    if arrived.wrong:
        return _tell(request, Result(arrived.values, INVALID_FORM, arrived.wrong))
    return _search(request, LookupForm(dict(arrived.values)), arrived.way)


def _search(request: HttpRequest, form: LookupForm, way: str) -> HttpResponse:
    """Look, then go to the customer or to what was found: every answer is another address, without the search."""
    values = {name: str(form.data.get(name, "")) for name in form.fields}
    if not form.is_valid():
        return _tell(request, Result(values, INVALID_FORM))
    actor, asked = actor_of(request), form.cleaned_data
    typed = str(asked["q"] or "")
    try:
        outcome = find_customer(
            actor=actor,
            typed=typed,
            kind=asked["kind"],
            source=asked["source"],
            account=asked["account"],
            way=way,
        )
    except BadInput as error:
        return _tell(request, Result(values, INVALID_FORM, error.message))
    except CapillaryError as error:
        return _tell(request, Result(values, error.http_status, shown=_failed(error)))
    if isinstance(outcome, Found):
        return _open(request, outcome.match, way)
    if isinstance(outcome, Several):
        return _tell(request, Result(values, shown=_several(actor, outcome, typed)))
    none = told(outcome, source=asked["source"], account=asked["account"])
    return _tell(request, Result(values, shown={"none": asdict(none)}))


def _tell(request: HttpRequest, result: Result) -> HttpResponse:
    """To the page that shows it, which can be reloaded and come back to."""
    key = keep(request.session, result)
    return go(request, f"{reverse('customers:lookup')}?{urlencode({FOUND: key})}")


def _show(request: HttpRequest, result: Result | None) -> HttpResponse:
    """What a look-up came to, as it was then; nobody is asked again."""
    if result is None:
        return _home(request, LookupForm(), {"gone": True})
    form = LookupForm(dict(result.values))
    if result.status == INVALID_FORM:
        form.is_valid()
    if result.said:
        form.add_error("q", result.said)
    return _home(request, form, dict(result.shown), result.status)


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
    by_telephone = found is not None and SCREEN_POP.get(way) == found.kind.code == "mobile"
    if found and by_telephone and person.has_perm("staff.verify_callers"):
        offer_number(request.session, match.customer_id, found.masked)
    return go(request, "customers:customer", match.customer_id)


def _several(actor: Actor, outcome: Several, typed: str) -> dict[str, Any]:
    rows = [asdict(row) for row in rows_of(actor, outcome, typed)]
    return {"total": outcome.total, "rows": rows, "unanswered": silent_places(outcome.failed)}


def _failed(error: CapillaryError) -> dict[str, Any]:
    names = ("message", "next_step", "code", "request_id")
    return {"failed": {name: getattr(error, name) for name in names}, "reference": current_reference()}


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
