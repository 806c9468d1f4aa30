"""What a store may give in a month, and what is left of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from apps.staff.models import Store


@dataclass(frozen=True, slots=True)
class BudgetLeft:
    """amount is None when no budget is kept for the store: then left is None too and everything fits."""

    amount: Decimal | None
    used: Decimal

    @property
    def left(self) -> Decimal | None:
        """What may still be given this month, never below 0."""
        return None if self.amount is None else max(Decimal(0), self.amount - self.used)

    def fits(self, amount: Decimal) -> bool:
        """Whether so much more may be given."""
        return self.left is None or amount <= self.left


def budget_left(store: Store, kind: str, now: datetime | None = None) -> BudgetLeft:
    """The month's budget (the last one set up to this month) and what was taken of it. Two queries."""
    raise NotImplementedError
