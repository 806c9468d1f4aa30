"""Looking up: the search home, every way a search comes in, and what it comes to."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from apps.audit.actor import Actor
from apps.capillary.errors import CapillaryError
from apps.core.context import current_reference
from apps.core.errors import BadInput
from apps.core.home import parts_for
from apps.core.pages import INVALID_FORM, go, render_page
from apps.customers.context import recent_of
from apps.customers.find import EVERYWHERE, find_customer
from apps.customers.forms import LookupForm
from apps.customers.outcomes import Found, Match, NotFound, Several
from apps.customers.places import default_source
from apps.customers.recent import remember_found
from apps.customers.several import rows_of
from apps.customers.telling import told
from apps.customers.verification import number_matched
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of

# What a telephone or ticket system may put into the address, and the kind it means.
SCREEN_POP = {"phone": "mobile", "email": "email", "external_id": "external_id", "card": "card", "id": "id"}


@require_http_methods(["GET", "POST"])
@permission_required("staff.view_customers")
@sensitive_post_parameters()
def lookup(request: HttpRequest) -> HttpResponse:
    """The search home; with something to look for, the search itself, by form or by address."""
    given = request.POST if request.method == "POST" else request.GET
    popped = next((name for name in SCREEN_POP if name in given), "")
    if not popped and "q" not in given:
        return _home(request, LookupForm(), {})
    data = {**given.dict(), "q": given[popped], "kind": SCREEN_POP[popped]} if popped else given.dict()
    return _search(request, LookupForm(data), popped or "search")


def _search(request: HttpRequest, form: LookupForm, way: str) -> HttpResponse:
    """Look, then go to the customer or say what was found."""
    if not form.is_valid():
        return _home(request, form, {}, INVALID_FORM)
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
        form.add_error("q", error.message)
        return _home(request, form, {}, INVALID_FORM)
    except CapillaryError as error:
        return _home(request, form, {"failed": error, "reference": current_reference()}, error.http_status)
    if isinstance(outcome, Found):
        return _open(request, actor, outcome.match, way)
    if isinstance(outcome, Several):
        return _home(request, form, {"several": outcome, "rows": rows_of(actor, outcome), "typed": typed})
    return _home(request, form, _none(outcome, asked))


def _open(request: HttpRequest, actor: Actor, match: Match, way: str) -> HttpResponse:
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
        number_matched(actor=actor, customer_id=match.customer_id)
    return go(request, "customers:customer", match.customer_id)


def _none(outcome: NotFound, asked: dict[str, Any]) -> dict[str, Any]:
    return {"none": told(outcome, source=asked["source"], account=asked["account"]), "outcome": outcome}


def _home(request: HttpRequest, form: LookupForm, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page with the field, what the search came to, and the person's recent customers."""
    page = {
        "form": form,
        "first_source": default_source(),
        "everywhere": EVERYWHERE,
        "chosen": any(form.data.get(name) for name in ("kind", "source", "account")),
        "recent": recent_of(request),
        "parts": parts_for(request),
        **context,
    }
    return render_page(request, "customers/lookup.html", page, status=status)
