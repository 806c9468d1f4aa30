"""Requests that look like the one being asked: same customer, near amount or same bill, last 30 days."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Another request, of the console (pk, number) or found outside only (pk None).

    why  "bill", "amount" or "series"
    """

    pk: int | None
    number: str
    kind: str
    amount: Decimal | None
    at: datetime | None
    by: str
    reason: str
    state: str
    why: str


def likely_duplicates(
    *,
    customer_id: int,
    kind: str,
    amount: Decimal | None,
    bill: str = "",
    series_id: int | None = None,
    except_pk: int | None = None,
) -> list[Duplicate]:
    """Those the console knows (its own and those read in step from elsewhere), newest first. One query."""
    raise NotImplementedError
