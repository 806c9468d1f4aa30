"""What a queue adds up to: its counters and the counts of its chips, in one query."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Q, Sum

from apps.goodwill.flags import lookalike, over_budget, watched
from apps.goodwill.models import Kind
from apps.goodwill.models.visibility import GoodwillRequestQuerySet
from apps.goodwill.queue import hands_of
from apps.goodwill.store_budgets import BudgetsLeft
from apps.staff.models import User

SOON = timedelta(minutes=30)
MOST_TROUBLED = 100


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of waiting requests; points at stake are of those whose number is known."""

    waiting: int = 0
    points: Decimal = Decimal(0)
    oldest: datetime | None = None
    late: int = 0
    nearly_late: int = 0
    flagged: int = 0
    coupons: int = 0
    over_budget: int = 0


def figures(rows: GoodwillRequestQuerySet, *, budgets: BudgetsLeft, now: datetime) -> Figures:
    """Of the waiting requests in `rows`. One query."""
    flagged = watched() | Q(needs_other_store=True) | Q(lookalike(now))
    counted: dict[str, Any] = rows.order_by().aggregate(
        waiting=Count("pk"),
        points=Sum("amount", filter=Q(kind=Kind.POINTS)),
        oldest=Min("asked_at"),
        late=Count("pk", filter=Q(due_at__lt=now)),
        nearly_late=Count("pk", filter=Q(due_at__gte=now, due_at__lt=now + SOON)),
        flagged=Count("pk", filter=flagged),
        coupons=Count("pk", filter=Q(kind=Kind.COUPON)),
        over_budget=Count("pk", filter=over_budget(budgets)),
    )
    return Figures(**{**counted, "points": counted["points"] or Decimal(0)})


@dataclass(frozen=True, slots=True)
class Troubled:
    """Approved and not credited; sent and not known: what a manager has to see besides. Capped."""

    not_credited: int
    unknown: int


def troubled(user: User) -> Troubled:
    """Two short queries, each stops counting at MOST_TROUBLED."""
    mine = hands_of(user).order_by()
    unknown = mine.filter(acts__state__in=["unknown", "person"])
    return Troubled(
        not_credited=mine.not_credited().values("pk")[:MOST_TROUBLED].count(),
        unknown=unknown.values("pk")[:MOST_TROUBLED].count(),
    )
