"""Finds the credit of an approved request: in the ledger, among promotional points, or among the coupons."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
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
    """One credit that may prove a request. key names it once and for all.

    series  that of a coupon, by its id;  name  what the outside calls the coupon
    """

    key: str
    source: str
    amount: Decimal
    at: datetime | None
    series: str = ""
    name: str = ""


@dataclass(frozen=True)
class Books:
    """What was read of a customer: credits that fit, and the customer for the likely causes.

    error is what the customer's own call ended in;  readable  False when no list of credits could be read
    every(since)  credits of whatever amount or series since then, as far as they can be read
    """

    credits: list[Credit]
    customer: Customer | None
    error: ConsoleError | None
    readable: bool
    every: Callable[[datetime], list[Credit]] = field(default=lambda _since: [], repr=False)


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
        found = [one for one in _coupons(page) if _fits(one, request)]
        return Books(
            found, known.value, known.error, page is not None, lambda when: _from(_coupons(page), when)
        )
    return _points(client, request, customer_id)


def _points(client: Client, request: GoodwillRequest, customer_id: int) -> Books:
    calls: dict[str, Any] = {"customer": customers.get(customer_id=customer_id, embed=EMBEDS)}
    handle = request.handle
    begins, until = since(request), timezone.now() + SLACK
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
        calls["ledger"] = first_call(ask, begins, until)
    answers = client.send_all(calls)
    known = answers["customer"]
    if "ledger" in answers:
        # One source for one customer: the same credit named in two ways would prove two requests.
        whole = _whole(client, ask, begins, until, answers["ledger"].value)
        credits = [one for one in _entries(whole, request) if _fits(one, request)]
        return Books(
            credits,
            known.value,
            known.error,
            whole is not None and whole.complete,
            lambda when: _read_from(client, ask, when, until, request),
        )
    every = _promotional(known.value) if known.value else []
    found = [one for one in every if _fits(one, request)]
    return Books(found, known.value, known.error, known.value is not None, lambda when: _from(every, when))


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


def _read_from(
    client: Client, ask: Asking, begins: datetime, until: datetime, request: GoodwillRequest
) -> list[Credit]:
    """What cannot be read is not there: then it explains nobody's approval."""
    try:
        return _entries(read_ledger(client, ask, begins, until), request)
    except CapillaryError:
        return []


def _entries(page: Ledger | None, request: GoodwillRequest) -> list[Credit]:
    """Credits that belong to no purchase, in the programme of the request where it has one."""
    return [
        Credit(f"ledger:{entry.id}", "ledger", entry.credited, entry.at)
        for entry in (page.entries if page is not None else ())
        if entry.id
        and entry.credited
        and not (entry.transaction_id or entry.transaction_number)
        and (not request.programme_id or entry.program_id in ("", request.programme_id))
    ]


def _promotional(customer: Customer) -> list[Credit]:
    """Points marked as goodwill; alike ones of one moment are told apart by their number."""
    alike = [
        (f"promo:{customer.id}:{one.program_id}:{one.points}:{one.issued_at}", one)
        for one in customer.promotional_points
        if one.source_type.upper() == "GOODWILL"
    ]
    seen: Counter[str] = Counter()
    credits = []
    for name, one in alike:
        credits.append(Credit(f"{name}:{seen[name]}", "promotional points", one.points, one.issued_at))
        seen[name] += 1
    return credits


def _coupons(page: CouponPage | None) -> list[Credit]:
    return [
        Credit(
            f"coupon:{one.id or _veiled(one.code)}",
            "coupons",
            Decimal(1),
            one.created_at,
            one.series_id,
            one.series_name or one.description,
        )
        for one in (page.coupons if page is not None else ())
        if one.id or one.code
    ]


def _veiled(code: str) -> str:
    """A coupon's code is as good as the coupon: its keyed hash names it as well."""
    return digests_of([("text", code)])[0].hex()


def since(request: GoodwillRequest) -> datetime:
    """A credit cannot be older than the approval: when it began, where that is known."""
    act = request.acts.filter(kind="approve", state="done").order_by("-id").first()
    began = act.started_at if act else (request.decided_at or request.asked_at)
    return began - SLACK


def _fits(credit: Credit, request: GoodwillRequest) -> bool:
    """Exactly this amount, or a coupon of the series, since the approval."""
    if credit.at is None or credit.at < since(request):
        return False
    if request.kind == Kind.COUPON:
        return credit.series == request.series.outside_id if request.series else True
    return credit.amount == request.approved_amount


def _from(credits: list[Credit], begins: datetime) -> list[Credit]:
    return [one for one in credits if one.at is not None and one.at >= begins]
