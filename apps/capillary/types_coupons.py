"""Coupon series as the outside configures them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from apps.capillary.types_common import Raw, no_raw


@dataclass(frozen=True, slots=True)
class CouponSeries:
    """One series. Whether it may be given as goodwill, the API does not tell: an administrator decides that.

    `discount_type` is ABS or PERC, `discount_value` money or percent accordingly, `discount_on` BILL or item.
    Limits are as told; -1 stands in unlimited ones as far as can be seen. `valid_till` is the last day.
    """

    id: str
    description: str
    series_code: str
    discount_code: str
    series_type: str
    discount_on: str
    discount_type: str
    discount_value: Decimal | None
    valid_till: date | None
    valid_days: int | None
    min_bill_amount: Decimal | None
    max_bill_amount: Decimal | None
    max_create: int | None
    max_redeem: int | None
    max_per_customer: int | None
    issued: int | None
    redeemed: int | None
    created_at: datetime | None
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)

    def ended(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.valid_till is not None and self.valid_till < today
