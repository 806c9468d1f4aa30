"""The points ledger of a customer. Points are Decimal and signed: a credit adds, a debit takes."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from apps.capillary.types_common import Place, Raw, no_raw


@dataclass(frozen=True, slots=True)
class LedgerPart:
    """A part of an event in one programme and category. `type` is CREDIT, DEBIT or OPENING_BALANCE.

    `category` is Main, DelayedAccrualPointCategory or ExternalTriggerBasedPointCategory.
    """

    type: str
    points: Decimal
    category: str
    program_id: str
    program_name: str


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One event. `points` is its net effect, `event` the outside's name for it (TransactionAdd, …).

    What an event of goodwill is called is not documented: match by time, points and programme.
    `program_id` is "" when the parts belong to several programmes.
    """

    id: str
    at: datetime | None
    event: str
    points: Decimal | None
    parts: tuple[LedgerPart, ...]
    program_id: str
    store_name: str
    store_code: str
    till_code: str
    transaction_id: str
    transaction_number: str
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)

    @property
    def credited(self) -> Decimal:
        """The sum of what the event added, without what it took."""
        return sum((part.points for part in self.parts if part.points > 0), Decimal(0))

    @property
    def store(self) -> Place:
        """Where it happened."""
        return Place(code=self.store_code, name=self.store_name)


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A part of the ledger in the API's order. Pages count from 0; at most ten entries each."""

    entries: tuple[LedgerEntry, ...]
    customer_id: str
    page: int | None
    page_size: int | None
    pages: int | None
    count: int | None


@dataclass(frozen=True, slots=True)
class ClosingBalance:
    """What is left in one programme and category of points."""

    points: Decimal
    category: str
    program_id: str
    program_name: str


@dataclass(frozen=True, slots=True)
class LedgerBalance:
    """The closing balances of a customer; at most ten on a page, pages count from 0."""

    balances: tuple[ClosingBalance, ...]
    customer_id: str
    page: int | None = None
    pages: int | None = None

    def points(self, *, program_id: str = "", category: str = "Main") -> Decimal:
        """The sum of the balances in this category, of one programme or of all."""
        return sum(
            (
                row.points
                for row in self.balances
                if row.category == category and program_id in ("", row.program_id)
            ),
            Decimal(0),
        )
