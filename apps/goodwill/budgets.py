"""What a store may give in a month, and what is left of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from apps.goodwill.models import Budget, Taking
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


def month_begins(now: datetime | None = None) -> datetime:
    """The first moment of the month, by the console's own clock on the wall."""
    local = timezone.localtime(now or timezone.now())
    return local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def budget_of(store: Store, kind: str, now: datetime | None = None) -> Budget | None:
    """The month's budget: the last one set up to this month. One query."""
    until = month_begins(now).date()
    return Budget.objects.filter(store=store, kind=kind, month__lte=until).order_by("-month").first()


def budget_left(store: Store, kind: str, now: datetime | None = None) -> BudgetLeft:
    """The month's budget (the last one set up to this month) and what was taken of it. Two queries."""
    begins = month_begins(now)
    budget = budget_of(store, kind, begins)
    taken = Taking.objects.filter(
        account=Taking.Account.STORE, store=store, kind=kind, released_at=None, at__gte=begins
    )
    used = taken.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    return BudgetLeft(budget.amount if budget else None, used)
