"""Rows collected for one batch of customers and written in the order their references need."""

from collections import defaultdict
from itertools import count
from typing import Any, TypeVar

from django.db import models, transaction

from apps.sandbox.models import (
    Card,
    Coupon,
    CouponUse,
    Customer,
    Enrolment,
    GoodwillRequest,
    Identifier,
    LedgerEntry,
    Note,
    Profile,
    Redemption,
    Referral,
    ReferralCode,
    Reversal,
    SlabChange,
    StatusChange,
    Transaction,
)

_Row = TypeVar("_Row", bound=models.Model)

_ORDER: tuple[type[models.Model], ...] = (
    Customer,
    Profile,
    Identifier,
    Card,
    StatusChange,
    Enrolment,
    SlabChange,
    Transaction,
    Redemption,
    Reversal,
    LedgerEntry,
    Coupon,
    CouponUse,
    Note,
    ReferralCode,
    Referral,
    GoodwillRequest,
)
# Ids start where they look like the ones of the reference: long numbers, different per kind.
_FIRST_ID: dict[type[models.Model], int] = {
    Card: 3_100_001,
    Enrolment: 610_000_001,
    Transaction: 70_000_001,
    Redemption: 8_800_001,
    Reversal: 9_900_001,
    Coupon: 55_000_001,
    CouponUse: 4_500_001,
    Note: 2_000_001,
    GoodwillRequest: 346_001,
}


class Batch:
    """Gives out ids before rows are written, so that rows can refer to each other in memory."""

    def __init__(self) -> None:
        self._rows: dict[type[models.Model], list[models.Model]] = defaultdict(list)
        self._ids = {model: count(_FIRST_ID.get(model, 1)) for model in _ORDER}

    def add(self, model: type[_Row], **values: Any) -> _Row:
        """Collect a row; it has its id at once."""
        values.setdefault("id", next(self._ids[model]))
        row = model(**values)
        self._rows[model].append(row)
        return row

    def write(self) -> None:
        """Write and forget everything collected, in one transaction."""
        with transaction.atomic():
            for model in _ORDER:
                model._default_manager.bulk_create(self._rows[model], batch_size=500)
        self._rows.clear()
