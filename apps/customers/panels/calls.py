"""The calls the page is made of, by name: panels that name the same one share its answer."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from apps.capillary.calls import Call
from apps.capillary.resources import (
    coupons,
    customers,
    goodwill,
    loyalty,
    notes,
    redemptions,
    transactions,
)
from apps.customers.panels.programme_names import names_call
from apps.customers.panels.registry import Asked

ROWS = 10
# For when coupons were used: as many as the tab of redemptions shows at first.
SPENT_ROWS = 20
PERIODS: Mapping[str, int | None] = {"30": 30, "90": 90, "365": 365, "all": None}


def period_of(asked: Asked) -> str:
    """The period chosen in the address, the last twelve months by default."""
    chosen = asked.query.get("period", "")
    return chosen if chosen in PERIODS else "365"


def offset_of(asked: Asked) -> int:
    """The row a list starts at."""
    text = asked.query.get("from", "")
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def _since(asked: Asked) -> date | None:
    days = PERIODS[period_of(asked)]
    return timezone.localdate() - timedelta(days=days) if days else None


def _bills(asked: Asked) -> Call[Any]:
    return transactions.history(
        customer_id=asked.customer_id, start_date=_since(asked), limit=20, offset=offset_of(asked)
    )


def _record(asked: Asked) -> Call[Any] | None:
    name, _equals, value = asked.handle.partition("=")
    by: dict[str, Any] = {name: value}
    return customers.record(**by) if value else None


CALLS: Mapping[str, Callable[[Asked], Call[Any] | None]] = {
    "customer": lambda asked: customers.get(customer_id=asked.customer_id),
    "status_log": lambda asked: customers.status_log(customer_id=asked.customer_id),
    "record": _record,
    "programmes": lambda _asked: names_call(),
    "loyalty": lambda asked: loyalty.details(customer_id=asked.customer_id),
    "latest_bills": lambda asked: transactions.history(customer_id=asked.customer_id, limit=ROWS),
    "bills": _bills,
    "latest_redemptions": lambda asked: redemptions.history(
        customer_id=asked.customer_id, points_limit=ROWS, coupons_limit=ROWS
    ),
    "redemptions": lambda asked: redemptions.history(
        customer_id=asked.customer_id, points_limit=SPENT_ROWS, coupons_limit=SPENT_ROWS
    ),
    "goodwill": lambda asked: goodwill.requests(customer_id=asked.customer_id),
    "coupons": lambda asked: coupons.detailed(customer_id=asked.customer_id),
    "notes": lambda asked: notes.get(customer_id=asked.customer_id),
}


def calls_for(names: Iterable[str], asked: Asked) -> dict[str, Call[Any]]:
    """The calls by name; one that cannot be made (nothing to ask by) is left out."""
    made = ((name, CALLS[name](asked)) for name in dict.fromkeys(names))
    return {name: call for name, call in made if call is not None}
