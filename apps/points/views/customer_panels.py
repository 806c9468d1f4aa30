"""The room's panels on the customer page: redemptions with what can be reversed, and the ledger as a statement."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.audit.services import record
from apps.capillary.naming import for_ledger
from apps.capillary.resources import redemptions as outside
from apps.core.errors import ConsoleError, TraceUnavailable
from apps.core.pages import render_page
from apps.operations.failing_panels import Failure, address_of, failure_of
from apps.operations.switches import off_for, off_words
from apps.points.customer_panels import REDEMPTIONS, STATEMENT
from apps.points.panels import redemptions
from apps.points.panels.asked_statement import LONGEST_ID, PERIODS, SHOWN, AskedStatement
from apps.points.panels.reading_back import read_back
from apps.points.panels.statement import build
from apps.points.reading import read_customer
from apps.points.switched import REVERSE
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of
from apps.staff.connection import client_for
from apps.staff.stores import current_store

Parts = dict[str, Any]
QUERY = ("period", "rows", "tries", "until", "show", "programme")
REVERSES = "staff.reverse_redemptions"


@require_safe
@permission_required("staff.view_customers")
def customer_redemptions(request: HttpRequest, customer_id: int) -> HttpResponse:
    """What the customer redeemed anywhere, with our own acts among it."""
    return _panel(request, customer_id, REDEMPTIONS, _redemptions, _open_acts)


@require_safe
@permission_required("staff.view_customers")
def customer_statement(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The points ledger of a period."""
    return _panel(request, customer_id, STATEMENT, _statement)


def _panel(
    request: HttpRequest,
    customer_id: int,
    offer: Parts,
    read: Callable[[HttpRequest, int], Parts],
    beside_failure: Callable[[HttpRequest, int], Parts] | None = None,
) -> HttpResponse:
    """Into the trail first, then read and drawn; what cannot be read is the panel's failed state."""
    # The same entry as for the page's own panels: without it nothing is read.
    record(
        "customer.viewed",
        actor=actor_of(request),
        customer=str(customer_id),
        details={"part": str(offer["title"])},
    )
    url = reverse(offer["url_name"], args=[customer_id])
    query = {name: request.GET[name][:LONGEST_ID] for name in QUERY if name in request.GET}
    frame = {
        "customer_id": customer_id,
        "tab": offer["tab"],
        "template": offer["template"],
        "id": f"panel-{offer['name']}",
        "title": offer["title"],
        "source": offer["source"],
        "load_url": address_of(url, query),
        "at": timezone.now(),
    }
    try:
        parts = read(request, customer_id)
    except TraceUnavailable:
        raise
    except ConsoleError as error:
        beside = beside_failure(request, customer_id) if beside_failure else {}
        parts = _failed(failure_of(error, load_url=url, query=query)) | beside
    context = {**frame, **parts}
    return render_page(request, "points/customer_part.html", context, fragment=offer["template"])


def _failed(failure: Failure) -> Parts:
    return {
        "state": "failed",
        "at": None,
        "error": failure.error,
        "reference": failure.reference,
        "failed_as": failure.failed_as,
        "next_step": failure.next_step,
        "again_in": failure.again_in,
        "again_url": failure.again_url,
    }


def _redemptions(request: HttpRequest, customer_id: int) -> Parts:
    person = person_of(request)
    asked_for = redemptions.rows_of(request.GET.get("rows", ""))
    found = client_for(actor_of(request)).send(
        outside.history(customer_id=customer_id, points_limit=asked_for, coupons_limit=asked_for)
    )
    spent = redemptions.build(found, user=person, customer_id=customer_id, asked_for=asked_for)
    reverses = person.has_perm(REVERSES)
    switch = off_for(REVERSE, current_store(request)) if reverses else None
    state = "out_of_date" if spent.stale else "ok" if spent.rows or spent.coupons else "empty"
    url = reverse(REDEMPTIONS["url_name"], args=[customer_id])
    return {
        "spent": spent,
        "reverses": reverses,
        "off": bool(switch or spent.stale),
        "switched": off_words(switch) if switch else "",
        "note": _stale(spent.stale, alone=switch is None),
        "more_url": f"{url}?rows={spent.more}" if spent.more else "",
        "state": state,
        "flush": True,
        "empty_icon": "coins",
        "empty_title": _("Nothing redeemed yet."),
        "empty_text": _("Redeemed points and coupons appear here, with what was reversed."),
    }


def _stale(words: str, *, alone: bool) -> SafeString | str:
    """Why the list is out of date. The buttons name this as their reason where no switch is one."""
    return format_html('<span id="reversing-off">{}</span>', words) if words and alone else words


def _open_acts(request: HttpRequest, customer_id: int) -> Parts:
    return {"note": redemptions.open_acts(person_of(request), customer_id)}


def _statement(request: HttpRequest, customer_id: int) -> Parts:
    client = client_for(actor_of(request))
    known = read_customer(client, customer_id)
    name = for_ledger(known.customer)
    if name is None:
        return _nameless()
    asked = AskedStatement.read(request.GET.dict())
    since, until = asked.times()
    read = read_back(client, name, customer_id=customer_id, since=since, until=until)
    # The account is as it is now: it says nothing about a balance of then.
    available = () if asked.until else known.programmes
    made = build(read, programme=asked.programme, show=asked.show, available=available)
    url = reverse(STATEMENT["url_name"], args=[customer_id])
    stopped = read.too_full[0] if read.too_full else read.since
    return {
        "state": "ok",
        "flush": True,
        "statement": made,
        "read": read,
        "url": url,
        "periods": [
            (words, asked.but(period=one).query, one == asked.period) for one, words in PERIODS.items()
        ],
        "kinds": [(words, asked.but(show=one).query, one == asked.show) for one, words in SHOWN.items()],
        "programmes": [
            (words, asked.but(programme=one).query, one == made.programme)
            for one, words in (("", _("All programmes")), *made.programmes)
        ],
        "newest": asked.but(until="").query if asked.until else "",
        "older": "" if read.complete else asked.before(stopped).query,
        "without_filter": asked.but(show="", programme="").query,
    }


def _nameless() -> Parts:
    return {
        "state": "empty",
        "empty_icon": "id",
        "empty_title": _("The ledger of this customer cannot be read."),
        "empty_text": _(
            "Capillary finds a ledger by mobile, e-mail, external id or card, and this customer has none of these."
        ),
    }
