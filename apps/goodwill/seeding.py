"""The rules of the demo: reasons, limits, budgets, coupon series and times, each once."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.goodwill.models import Budget, CouponSeries, Escalation, Kind, LimitRule, Reason
from apps.staff.models import Store

GIVE, DECIDE = LimitRule.Purpose.GIVE, LimitRule.Purpose.DECIDE
REASONS = (
    ("late-delivery", "Late delivery", False),
    ("bill-error", "Bill error", False),
    ("points-missing", "Points not credited", False),
    ("damaged-item", "Damaged item", False),
    ("other", "Other", True),
)
# Named as the sandbox names them: what people choose is what the customer finds among the coupons.
SERIES = (
    ("4103", "Goodwill voucher Rs 500"),
    ("4105", "Goodwill voucher Rs 250"),
    ("4106", "Goodwill 20% off one item"),
)
# role, purpose, kind: per request, in 24 hours, in 30 days
LIMITS = (
    ("agent", GIVE, Kind.POINTS, 300, 500, 5_000),
    ("agent", GIVE, Kind.COUPON, 1, 2, 20),
    ("store_manager", GIVE, Kind.POINTS, 500, 1_000, 10_000),
    ("store_manager", GIVE, Kind.COUPON, 1, 5, 50),
    ("store_manager", DECIDE, Kind.POINTS, 5_000, 20_000, 200_000),
    ("store_manager", DECIDE, Kind.COUPON, 1, 50, 500),
)
BUDGETS = ((Kind.POINTS, 25_000), (Kind.COUPON, 200))
SECOND_THRESHOLD = Decimal(2_000)


@transaction.atomic
def seed_rules(*, actor: Actor) -> int:
    """Add what is missing; what an administrator changed stays. How many were new."""
    new = sum((_reasons(), _series(), _limits(), _budgets(), _times()))
    if new:
        record("goodwill.rule.saved", actor=actor, subject="the rules of the demo", details={"new": new})
    return new


def _reasons() -> int:
    return sum(
        Reason.objects.get_or_create(
            code=code, defaults={"title": title, "needs_words": words, "position": place}
        )[1]
        for place, (code, title, words) in enumerate(REASONS)
    )


def _series() -> int:
    return sum(
        CouponSeries.objects.get_or_create(outside_id=outside_id, defaults={"name": name})[1]
        for outside_id, name in SERIES
    )


def _limits() -> int:
    return sum(
        LimitRule.objects.get_or_create(
            role=role,
            purpose=purpose,
            kind=kind,
            defaults={"per_request": Decimal(one), "per_day": Decimal(day), "per_month": Decimal(month)},
        )[1]
        for role, purpose, kind, one, day, month in LIMITS
    )


def _budgets() -> int:
    month = timezone.localdate().replace(day=1)
    return sum(
        _budget(store, month, kind, Decimal(amount))
        for store in Store.objects.all()
        for kind, amount in BUDGETS
    )


def _budget(store: Store, month: date, kind: str, amount: Decimal) -> bool:
    if Budget.objects.filter(store=store, kind=kind).exists():
        return False
    Budget.objects.create(store=store, month=month, kind=kind, amount=amount)
    return True


def _times() -> int:
    return Escalation.objects.get_or_create(store=None, defaults={"second_threshold": SECOND_THRESHOLD})[1]
