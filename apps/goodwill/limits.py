"""How much a person may give or decide on, and what is left of it now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone

from apps.goodwill.models import LimitRule, Taking
from apps.staff.models import Store, User

DAY, MONTH = timedelta(hours=24), timedelta(days=30)
Purpose, Account = LimitRule.Purpose, Taking.Account
NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of one limit at this moment.

    granted  False when no rule gives any authority (then nothing is left)
    rule_request, rule_day, rule_month  the bounds, None where there is none
    used_day, used_month  what was taken in the last 24 hours and 30 days
    source   "person", "role" or "store": whose rule it is
    """

    granted: bool
    source: str = ""
    rule_request: Decimal | None = None
    rule_day: Decimal | None = None
    rule_month: Decimal | None = None
    used_day: Decimal = NOUGHT
    used_month: Decimal = NOUGHT

    @property
    def day(self) -> Decimal | None:
        """Left of the 24 hours, None without that bound."""
        return None if self.rule_day is None else max(NOUGHT, self.rule_day - self.used_day)

    @property
    def month(self) -> Decimal | None:
        """Left of the 30 days, None without that bound."""
        return None if self.rule_month is None else max(NOUGHT, self.rule_month - self.used_month)

    @property
    def request(self) -> Decimal | None:
        """The most one request may take now by all bounds together, None without any bound."""
        if not self.granted:
            return NOUGHT
        bounds = [bound for bound in (self.rule_request, self.day, self.month) if bound is not None]
        return min(bounds) if bounds else None

    def fits(self, amount: Decimal) -> bool:
        """Whether one request of this amount is within every bound."""
        return self.granted and (self.request is None or amount <= self.request)

    def broken(self, amount: Decimal) -> str:
        """The first bound an amount breaks: "none", "request", "day", "month", or "" when it fits."""
        if not self.granted:
            return "none"
        bounds = {"request": self.rule_request, "day": self.day, "month": self.month}
        return next((name for name, most in bounds.items() if most is not None and amount > most), "")


NOTHING = Left(granted=False)


def left_to_give(user: User, kind: str, now: datetime | None = None) -> Left:
    """What the person may still give on their own authority."""
    return _of_person(user, kind, Purpose.GIVE, Account.GIVE, now)


def left_of_each(user: User, kinds: Iterable[str], now: datetime | None = None) -> dict[str, Left]:
    """What the person may still give on their own authority, by kind. Two queries, however many kinds."""
    rules = _rules_of(user, Purpose.GIVE, kinds)
    used = _used(Q(account=Account.GIVE, user=user), rules, now)
    return {kind: _left(rules[kind], used) if kind in rules else NOTHING for kind in kinds}


def left_to_decide(user: User, kind: str, now: datetime | None = None) -> Left:
    """What the person may still approve."""
    return _of_person(user, kind, Purpose.DECIDE, Account.DECIDE, now)


def left_of_store(store: Store, kind: str, purpose: str, now: datetime | None = None) -> Left | None:
    """What a store's own rule leaves to everybody there together; None without such a rule.

    Everything given by the store counts; with purpose "give" the rule bounds what goes without a second
    person, with "decide" what may be approved at all.
    """
    rule = LimitRule.objects.filter(store=store, kind=kind, purpose=purpose).first()
    if rule is None:
        return None
    return _left(rule, _used(Q(account=Account.STORE, store=store), [kind], now))


def _of_person(user: User, kind: str, purpose: str, account: str, now: datetime | None) -> Left:
    rules = _rules_of(user, purpose, [kind])
    return _left(rules[kind], _used(Q(account=account, user=user), rules, now)) if rules else NOTHING


def _rules_of(user: User, purpose: str, kinds: Iterable[str]) -> dict[str, LimitRule]:
    """Kind → the one rule that holds for the person: their own, else the widest of their roles."""
    whose = Q(user=user) | Q(role__in=user.role_codes)
    found: dict[str, LimitRule] = {}
    for rule in LimitRule.objects.filter(whose, purpose=purpose, kind__in=list(kinds)):
        found[rule.kind] = max(found.get(rule.kind, rule), rule, key=_generous)
    return found


def _generous(rule: LimitRule) -> tuple[bool, *tuple[Decimal, ...]]:
    """A rule of the person's own comes first; somebody with two roles has the wider of their limits."""
    bounds = (rule.per_request, rule.per_day, rule.per_month)
    return rule.user_id is not None, *(Decimal("Infinity") if bound is None else bound for bound in bounds)


def _used(whose: Q, kinds: Iterable[str], now: datetime | None) -> dict[str, dict[str, Any]]:
    """Kind → what was taken of these accounts in the last 24 hours (``day``) and 30 days (``month``)."""
    now = now or timezone.now()
    taken = Taking.objects.filter(whose, kind__in=list(kinds), released_at=None, at__gt=now - MONTH)
    sums = (
        taken.order_by()
        .values("kind")
        .annotate(month=Sum("amount"), day=Sum("amount", filter=Q(at__gt=now - DAY)))
    )
    return {one["kind"]: dict(one) for one in sums}


def _left(rule: LimitRule, used: Mapping[str, Mapping[str, Any]]) -> Left:
    sums = used.get(rule.kind, {})
    return Left(
        granted=True,
        source="person" if rule.user_id else "role" if rule.role else "store",
        rule_request=rule.per_request,
        rule_day=rule.per_day,
        rule_month=rule.per_month,
        used_day=sums.get("day") or NOUGHT,
        used_month=sums.get("month") or NOUGHT,
    )
