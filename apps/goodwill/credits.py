"""Finds the credit of an approved request: in the ledger, among promotional points, or among the coupons."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils import timezone

from apps.audit.identifiers import digests_of
from apps.capillary.client import Client
from apps.capillary.errors import CapillaryError
from apps.capillary.ledger_pages import Asking, Ledger, first_call, read_ledger
from apps.capillary.resources import coupons, customers, ledger
from apps.capillary.types_activity import CouponPage
from apps.capillary.types_customer import Customer
from apps.capillary.types_ledger import LedgerPage
from apps.core.errors import ConsoleError
from apps.goodwill.models import GoodwillRequest, Kind

# Their clock is not ours, and some of their times have no seconds.
SLACK = timedelta(minutes=5)
EMBEDS = ("points", "mlp", "promotionalPoints", "expiredPoints")


@dataclass(frozen=True, slots=True)
class Credit:
    """One credit that may prove a request. key names it once and for all."""

    key: str
    source: str
    amount: Decimal
    at: datetime | None


@dataclass(frozen=True)
class Books:
    """What was read of a customer: credits that fit, and the customer for the likely causes.

    error is what the customer's own call ended in;  readable  False when no list of credits could be read
    """

    credits: list[Credit]
    customer: Customer | None
    error: ConsoleError | None
    readable: bool


def read_books(client: Client, request: GoodwillRequest) -> Books:
    """Read the customer and, by kind, coupons or ledger. Two or three calls; raises only the trail's errors."""
    customer_id = request.customer_id or 0
    if request.kind == Kind.COUPON:
        answers = client.send_all(
            {
                "customer": customers.get(customer_id=customer_id, embed=("points", "mlp")),
                "coupons": coupons.detailed(customer_id=customer_id),
            }
        )
        page = answers["coupons"].value
        known = answers["customer"]
        return Books(_coupons(page, request), known.value, known.error, page is not None)
    return _points(client, request, customer_id)


def _points(client: Client, request: GoodwillRequest, customer_id: int) -> Books:
    calls: dict[str, Any] = {"customer": customers.get(customer_id=customer_id, embed=EMBEDS)}
    handle = request.handle
    since, until = _since(request), timezone.now() + SLACK
    ask = partial(
        ledger.information,
        identifier_name=handle.name,
        identifier_value=handle.value,
        source=handle.source,
        account_id=handle.account_id,
        entry_type="CREDIT",
        timezone=client.config.timezone,
        customer_id=customer_id,
    )
    if handle:
        calls["ledger"] = first_call(ask, since, until)
    answers = client.send_all(calls)
    known = answers["customer"]
    if "ledger" in answers:
        # One source for one customer: the same credit named in two ways would prove two requests.
        whole = _whole(client, ask, since, until, answers["ledger"].value)
        credits = _entries(whole, request) if whole is not None else []
        return Books(credits, known.value, known.error, whole is not None and whole.complete)
    found = _promotional(known.value, request) if known.value else []
    return Books(found, known.value, known.error, known.value is not None)


def _whole(
    client: Client, ask: Asking, since: datetime, until: datetime, first: LedgerPage | None
) -> Ledger | None:
    """The credits of the time, all of them or as far as they can be read; None when not even their first page."""
    if first is None:
        return None
    try:
        return read_ledger(client, ask, since, until, first=first)
    except CapillaryError:
        return Ledger(first.entries, complete=False)


def _entries(page: Ledger, request: GoodwillRequest) -> list[Credit]:
    """Credits of exactly this amount that belong to no purchase."""
    return [
        Credit(f"ledger:{entry.id}", "ledger", entry.credited, entry.at)
        for entry in page.entries
        if entry.id
        and entry.credited == request.approved_amount
        and not (entry.transaction_id or entry.transaction_number)
        and _in_time(entry.at, request)
        and (not request.programme_id or entry.program_id in ("", request.programme_id))
    ]


def _promotional(customer: Customer, request: GoodwillRequest) -> list[Credit]:
    """Points marked as goodwill; alike ones of one moment are told apart by their number."""
    alike = [
        (f"promo:{customer.id}:{one.program_id}:{one.points}:{one.issued_at}", one)
        for one in customer.promotional_points
        if one.source_type.upper() == "GOODWILL"
        and one.points == request.approved_amount
        and _in_time(one.issued_at, request)
    ]
    seen: Counter[str] = Counter()
    credits = []
    for name, one in alike:
        credits.append(Credit(f"{name}:{seen[name]}", "promotional points", one.points, one.issued_at))
        seen[name] += 1
    return credits


def _coupons(page: CouponPage | None, request: GoodwillRequest) -> list[Credit]:
    if page is None:
        return []
    series = request.series.outside_id if request.series else ""
    return [
        Credit(f"coupon:{one.id or _veiled(one.code)}", "coupons", Decimal(1), one.created_at)
        for one in page.coupons
        if (one.id or one.code) and series in ("", one.series_id) and _in_time(one.created_at, request)
    ]


def _veiled(code: str) -> str:
    """A coupon's code is as good as the coupon: its keyed hash names it as well."""
    return digests_of([("text", code)])[0].hex()


def _since(request: GoodwillRequest) -> datetime:
    """A credit cannot be older than the approval: when it began, where that is known."""
    act = request.acts.filter(kind="approve", state="done").order_by("-id").first()
    began = act.started_at if act else (request.decided_at or request.asked_at)
    return began - SLACK


def _in_time(at: datetime | None, request: GoodwillRequest) -> bool:
    return at is not None and at >= _since(request)
