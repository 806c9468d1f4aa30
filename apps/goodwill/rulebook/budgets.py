"""Budgets of all stores for one month: what holds, what is used, and setting them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.core.errors import BadInput, Conflict
from apps.core.faults import Faults
from apps.core.kept import number
from apps.core.opened import check_opened
from apps.goodwill.models import Budget, Kind, Taking
from apps.goodwill.ruling import check_may, check_store_open, remove_rule, save_rule
from apps.goodwill.taking import lock_counting
from apps.staff.models import Store, User

NOUGHT = Decimal(0)
MONTHS_AHEAD = 12


@dataclass(frozen=True, slots=True)
class MonthBudget:
    """One store's month of one kind.

    amount  what holds, None where no budget is kept;  since  the month it was set for, maybe an earlier one
    used    taken in that month
    """

    store: Store
    kind: str
    month: date
    amount: Decimal | None
    since: date | None
    used: Decimal

    @property
    def is_own(self) -> bool:
        """Whether it was set for this very month."""
        return self.since == self.month

    @property
    def left(self) -> Decimal | None:
        """What may still be given, never below 0."""
        return None if self.amount is None else max(NOUGHT, self.amount - self.used)

    @property
    def over(self) -> Decimal:
        """What was given beyond it: where requests were decided outside the console."""
        return NOUGHT if self.amount is None else max(NOUGHT, self.used - self.amount)

    @property
    def percent(self) -> int | None:
        """How much of it is used, rounded down; None without a budget or with one of 0."""
        return int(self.used * 100 / self.amount) if self.amount else None

    @property
    def bar(self) -> tuple[int, int]:
        """Value and maximum of a progress bar."""
        most = int(self.amount or 0)
        return min(int(self.used), most), max(most, 1)


@dataclass(frozen=True, slots=True)
class Copied:
    """How many budgets were changed, and those that stayed because more is used already, in words."""

    changed: int
    kept: list[str]


def this_month(now: datetime | None = None) -> date:
    """The first day of the month, by the console's own clock on the wall."""
    return timezone.localdate(now).replace(day=1)


def month_named(text: str) -> date:
    """``2026-11`` as its first day; this month for anything that is none or lies years away."""
    now = this_month()
    try:
        found = date.fromisoformat(f"{text}-01").replace(day=1)
    except ValueError:
        return now
    return found if other_month(now, -2 * MONTHS_AHEAD) <= found <= other_month(now, MONTHS_AHEAD) else now


def other_month(month: date, by: int) -> date:
    """So many months later, or earlier."""
    months = month.year * 12 + month.month - 1 + by
    return date(months // 12, months % 12 + 1, 1)


def budgets_of(month: date, stores: Iterable[Store]) -> dict[tuple[int, str], MonthBudget]:
    """What holds and what is used, by store id and kind. Two queries."""
    known = list(stores)
    held = {
        (one.store_id, one.kind): one
        for one in Budget.objects.filter(store__in=known, month__lte=month).order_by("month")
    }
    used = _used(month, known)
    found = {}
    for store in known:
        for kind in Kind.values:
            key = (store.pk, kind)
            row = held.get(key)
            found[key] = MonthBudget(
                store=store,
                kind=kind,
                month=month,
                amount=row.amount if row else None,
                since=row.month if row else None,
                used=used.get(key, NOUGHT),
            )
    return found


def shown(store: Store, month: date) -> dict[str, Decimal]:
    """What a form about the month shows: its own budgets by kind. One query."""
    own = Budget.objects.filter(store=store, month=month, kind__in=Kind.values)
    return dict(own.values_list("kind", "amount"))


def set_budgets(
    *,
    actor: Actor,
    user: User,
    store: Store,
    month: date,
    amounts: Mapping[str, Decimal | None],
    opened: str = "",
) -> int:
    """Set the month's budgets by kind; None takes the month's own away, so that the one before holds again.

    opened  mark of the page that was opened, "" for none: see apps/core/opened.py
    Shape:  returns how many changed
    Raises: Refused; Conflict for a month that is over or too far ahead, and where they were changed since; BadInput
            (field = the kind) below what is used already, and for a closed store that had none
    """
    check_may(user)
    _check_open(month)
    with transaction.atomic():
        faults, changed, kinds = Faults(), 0, sorted(amounts.keys() & set(Kind))
        for kind in kinds:
            # Under the lock under which requests take from it, so that nobody takes more meanwhile.
            lock_counting(kind=kind, user=None, store=store)
        if opened:
            check_opened(opened, shown(store, month))
        for kind in kinds:
            with faults:
                changed += _set(actor, user, store, month, kind, amounts[kind])
        faults.tell()
    return changed


def copy_budgets(*, actor: Actor, user: User, month: date) -> Copied:
    """Set every open store's budgets to what held in the month before. Raises Refused, Conflict as set_budgets."""
    check_may(user)
    _check_open(month)
    stores = list(Store.objects.open())
    before, now = budgets_of(other_month(month, -1), stores), budgets_of(month, stores)
    changed, kept = 0, []
    for key, held in before.items():
        if held.amount is None or held.amount == now[key].amount:
            continue
        try:
            changed += set_budgets(
                actor=actor, user=user, store=held.store, month=month, amounts={held.kind: held.amount}
            )
        except BadInput:
            kept.append(f"{held.store.name}, {Kind(held.kind).label.lower()}")
    return Copied(changed, kept)


def _set(actor: Actor, user: User, store: Store, month: date, kind: str, amount: Decimal | None) -> int:
    rows = Budget.objects.filter(store=store, kind=kind)
    two = list(rows.filter(month__lte=month).order_by("-month")[:2])
    if amount is not None and not two:
        check_store_open(store, kind)
    own = two[0] if two and two[0].month == month else None
    now = two[0].amount if two else None
    earlier = next((one.amount for one in two if one.month < month), None)
    holds = amount if amount is not None else earlier
    used = _used(month, [store]).get((store.pk, kind), NOUGHT)
    # A budget that is overdrawn already, by requests decided elsewhere, may still be raised.
    if holds is not None and holds < used and (now is None or holds < now):
        raise BadInput(
            _("%(used)s are used already, so it cannot be %(amount)s.")
            % {"used": number(used), "amount": number(holds)},
            field=kind,
        )
    if amount is None:
        if own:
            remove_rule(actor=actor, user=user, rule=own)
        return int(own is not None)
    if own and own.amount == amount:
        return 0
    rule = own or Budget(store=store, month=month, kind=kind)
    rule.amount = amount
    save_rule(actor=actor, user=user, rule=rule)
    return 1


def _check_open(month: date) -> None:
    first = this_month()
    if month < first:
        raise Conflict(_("That month is over. Its budgets stay as they were."))
    if month > other_month(first, MONTHS_AHEAD):
        raise Conflict(_("Budgets are set at most a year ahead."))


def _used(month: date, stores: Iterable[Store]) -> dict[tuple[int, str], Decimal]:
    begins, ends = (
        timezone.make_aware(datetime(one.year, one.month, 1))  # noqa: DTZ001 made aware at once
        for one in (month, other_month(month, 1))
    )
    taken = Taking.objects.filter(
        account=Taking.Account.STORE, store__in=list(stores), released_at=None, at__gte=begins, at__lt=ends
    )
    sums = taken.order_by().values_list("store", "kind").annotate(sum=Sum("amount"))
    return {(store, kind): total for store, kind, total in sums}
