"""What was read of a customer when the form was opened; it travels in the form, signed, so that a refresh of
the preview asks nobody outside. Sending reads everything again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core import signing
from django.utils import timezone

from apps.capillary.types_common import Place, Window
from apps.capillary.types_points import GoodwillPage, GoodwillRow
from apps.goodwill.duplicates import OUTSIDE_STATES, WITHIN
from apps.goodwill.gathering import Gathered

SALT = "goodwill.form"
HOLDS_FOR = timedelta(minutes=15)
MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Known:
    """The customer as the form shows them. balance is a number as text, "" when it was not told.

    rows  goodwill of the last 30 days only the outside may know, as plain values
    """

    customer_id: int
    name: str = ""
    mask: str = ""
    tier: str = ""
    balance: str = ""
    fraud: str = ""
    colleague: bool = False
    rows: tuple[Mapping[str, str], ...] = ()

    @property
    def available(self) -> Decimal | None:
        """The balance as a number."""
        return Decimal(self.balance) if self.balance else None

    @property
    def outside(self) -> GoodwillPage:
        """The rows as a list of the outside."""
        return GoodwillPage(rows=tuple(_row(one) for one in self.rows), window=Window())


def known_of(customer_id: int, gathered: Gathered) -> Known:
    """What the form needs of what was read."""
    person = gathered.person
    since = timezone.now() - WITHIN
    recent = [
        row
        for row in (gathered.outside.rows if gathered.outside else ())
        if row.status.upper() in OUTSIDE_STATES and (row.added_at is None or row.added_at >= since)
    ]
    return Known(
        customer_id=customer_id,
        name=person.name,
        mask=person.mask,
        tier=person.tier,
        balance=f"{person.balance.normalize():f}" if person.balance is not None else "",
        fraud=person.fraud,
        colleague=gathered.colleague,
        rows=tuple(_plain(row) for row in recent[:MOST_ROWS]),
    )


def pack(known: Known) -> str:
    """As the form carries it."""
    return signing.dumps(asdict(known), salt=SALT, compress=True)


def unpack(text: str, customer_id: int) -> Known | None:
    """What the form brought back; None when it is too old, not ours or about somebody else."""
    try:
        found = Known(**signing.loads(text, salt=SALT, max_age=HOLDS_FOR))
    except (signing.BadSignature, TypeError):
        return None
    return replace(found, rows=tuple(found.rows)) if found.customer_id == customer_id else None


def _plain(row: GoodwillRow) -> dict[str, str]:
    return {
        "request_id": row.request_id,
        "type": row.type,
        "status": row.status,
        "at": row.added_at.isoformat() if row.added_at else "",
        "by": str(row.added_by or ""),
        "reason": row.reason[:80],
        "value": str(row.approved_value) if row.approved_value is not None else "",
    }


def _row(plain: Mapping[str, Any]) -> GoodwillRow:
    return GoodwillRow(
        id="",
        request_id=plain["request_id"],
        type=plain["type"],
        status=plain["status"],
        added_at=datetime.fromisoformat(plain["at"]) if plain["at"] else None,
        updated_at=None,
        added_by=Place(name=plain["by"]),
        updated_by=None,
        reason=plain["reason"],
        comments="",
        updated_comments="",
        approved_value=Decimal(plain["value"]) if plain["value"] else None,
        one_step=None,
    )
