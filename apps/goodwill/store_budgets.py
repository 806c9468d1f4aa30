"""Budgets of several stores at once, and where a month's budget went."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, F, QuerySet, Sum

from apps.goodwill.budgets import month_begins
from apps.goodwill.models import Budget, Kind, Taking
from apps.staff.models import Store

NOUGHT = Decimal(0)
Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class BudgetsLeft:
    """By store id and kind; a store without a budget is in `used` alone."""

    amount: dict[Key, Decimal] = field(default_factory=dict)
    used: dict[Key, Decimal] = field(default_factory=dict)

    @property
    def left(self) -> dict[Key, Decimal]:
        """What may still be given this month, never below 0."""
        return {key: max(NOUGHT, most - self.used.get(key, NOUGHT)) for key, most in self.amount.items()}


def budgets_left(store_ids: Iterable[int], now: datetime | None = None) -> BudgetsLeft:
    """As `budgets.budget_left` for each store and kind; two queries for all."""
    stores, begins = list(store_ids), month_begins(now)
    budgets = Budget.objects.filter(store__in=stores, month__lte=begins.date()).order_by("month")
    # The last one set stays in the dictionary.
    amount = {(one.store_id, one.kind): one.amount for one in budgets}
    sums = _taken(stores, begins).values_list("store", "kind").annotate(sum=Sum("amount"))
    return BudgetsLeft(amount, {(store, kind): total for store, kind, total in sums})


@dataclass(frozen=True, slots=True)
class Part:
    """One share of what was given: by reason or by person."""

    words: str
    amount: Decimal
    times: int


@dataclass(frozen=True, slots=True)
class Month:
    """One store's month of one kind; amount is None where no budget is kept."""

    store: Store
    kind: str
    amount: Decimal | None
    used: Decimal
    by_reason: list[Part]
    by_person: list[Part]

    @property
    def left(self) -> Decimal | None:
        """What may still be given."""
        return None if self.amount is None else max(NOUGHT, self.amount - self.used)

    @property
    def over(self) -> Decimal:
        """What was given beyond the budget: elsewhere, where nobody asks us."""
        return NOUGHT if self.amount is None else max(NOUGHT, self.used - self.amount)

    @property
    def percent(self) -> int | None:
        """How much of it is used, in whole per cent; None without a budget."""
        if not self.amount:
            return None
        return int(self.used * 100 / self.amount)


def months_of(stores: Iterable[Store], now: datetime | None = None) -> list[Month]:
    """This month of each store and kind, points first. Four queries for all."""
    known = list(stores)
    ids, begins = [store.pk for store in known], month_begins(now)
    budgets = budgets_left(ids, now)
    reasons = _parts(ids, begins, "request__reason__title", "request__origin_words")
    people = _parts(ids, begins, "request__requester_name", "request__origin_words")
    return [
        Month(
            store=store,
            kind=kind,
            amount=budgets.amount.get((store.pk, kind)),
            used=budgets.used.get((store.pk, kind), NOUGHT),
            by_reason=reasons.get((store.pk, kind), []),
            by_person=people.get((store.pk, kind), []),
        )
        for store in known
        for kind in Kind.values
    ]


def _taken(stores: list[int], begins: datetime) -> QuerySet[Taking]:
    return Taking.objects.filter(
        account=Taking.Account.STORE, store__in=stores, released_at=None, at__gte=begins
    ).order_by()


def _parts(stores: list[int], begins: datetime, name: str, otherwise: str) -> dict[Key, list[Part]]:
    rows = (
        _taken(stores, begins)
        .values("store", "kind", title=F(name), elsewhere=F(otherwise))
        .annotate(sum=Sum("amount"), times=Count("pk"))
        .order_by("-sum")
    )
    found: dict[Key, list[Part]] = {}
    for row in rows:
        words = row["title"] or row["elsewhere"]
        found.setdefault((row["store"], row["kind"]), []).append(Part(words, row["sum"], row["times"]))
    return found
