"""Points, tiers, redemptions and goodwill as the outside tells them. Points are Decimal, never float."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from apps.capillary.types_common import Place, ProgramShare, Raw, Window, no_raw


@dataclass(frozen=True, slots=True)
class PartnerProgram:
    """A partner's programme linked to ours, with the customer's membership in it."""

    id: str
    name: str
    membership_id: str
    tier: str
    tier_expires_at: datetime | None
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class PointsBalance:
    """Points and tier in one programme, or over all (`program_id` is "" then).

    `available` are redeemable now, `pending` promised for later, `lifetime` ever earned.
    `lifetime_purchases` is money in the organisation's currency. None where the answer is silent.
    `tier_expires_at` may be a far future such as 2121, which means never.
    """

    program_id: str
    title: str
    description: str
    loyalty_id: str
    available: Decimal | None
    lifetime: Decimal | None
    redeemed: Decimal | None
    expired: Decimal | None
    returned: Decimal | None
    adjusted: Decimal | None
    pending: Decimal | None
    pending_returned: Decimal | None
    total_available: Decimal | None
    total_returned: Decimal | None
    lifetime_purchases: Decimal | None
    currency_ratio: Decimal | None
    tier: str
    tier_number: int | None
    tier_expires_at: datetime | None
    next_tier: str
    next_tier_number: int | None
    next_tier_description: str
    partner_programs: tuple[PartnerProgram, ...] = ()
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ExpiringPoints:
    """Points that will be lost after `expires_on`."""

    points: Decimal
    expires_on: date | None
    program_id: str
    kind: str = ""
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ExpiredPoints:
    """Points that were lost on `expired_on`."""

    points: Decimal
    expired_on: date | None
    program_id: str
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class PromotionalPoints:
    """Points given by a promotion; `source_type` GOODWILL marks goodwill. `level` is customer, transaction
    or lineitem."""

    points: Decimal
    level: str
    promotion_name: str
    source_id: str
    source_type: str
    program_id: str
    issued_at: datetime | None
    issued_by: Place | None
    expires_on: date | None
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Reversal:
    """A part of a redemption given back. `by` is the till or person as far as told: usually only a till's id."""

    id: str
    points: Decimal | None
    reversed_at: datetime | None
    till_id: str
    by_program: tuple[ProgramShare, ...] = ()
    by: Place | None = None
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class PointsRedemption:
    """Points spent once, with what was given back since. The one-time code of the reply is not kept.

    `id` is text: a number in the samples, yet redeeming answers such as "r0njPT" for the same act.
    `told_reversed` is the sum of reversals where the answer has it.
    """

    id: str
    program_id: str
    points: Decimal | None
    transaction_number: str
    redeemed_at: datetime | None
    redeemed_where: str
    store: Place | None
    till: Place | None
    notes: str
    external_reference: str = ""
    reversals: tuple[Reversal, ...] = ()
    by_program: tuple[ProgramShare, ...] = ()
    told_reversed: Decimal | None = None
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)

    @property
    def reversed_points(self) -> Decimal:
        """The sum of all reversals; the outside's own sum when that is more, so that never too much is left."""
        listed = sum((item.points or Decimal(0) for item in self.reversals), Decimal(0))
        return max(listed, self.told_reversed or Decimal(0))

    @property
    def remaining_points(self) -> Decimal | None:
        """What of it has not been given back, None when the redeemed points are not told."""
        return None if self.points is None else self.points - self.reversed_points


@dataclass(frozen=True, slots=True)
class CouponRedemption:
    """A coupon spent once."""

    id: str
    code: str
    series_id: str
    description: str
    discount_code: str
    discount_type: str
    transaction_number: str
    redeemed_at: datetime | None
    redeemed_where: str
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Redemptions:
    """What a customer spent: points and coupons, newest first as the API sorts them."""

    points: tuple[PointsRedemption, ...]
    coupons: tuple[CouponRedemption, ...]
    points_count: int | None = None
    coupons_count: int | None = None
    points_start_id: str = ""
    coupons_start_id: str = ""

    def of_reference(self, reference: str) -> tuple[PointsRedemption, ...]:
        """Those that carry our reference: an answer may ignore the filter, or tell no references at all."""
        return tuple(row for row in self.points if reference and row.external_reference == reference)

    def alike(
        self, *, points: Decimal, since: datetime, until: datetime, till_code: str = ""
    ) -> tuple[PointsRedemption, ...]:
        """Those of this amount in this time, at this till where one is asked for and told."""
        return tuple(
            row
            for row in self.points
            if row.points == points
            and row.redeemed_at is not None
            and since <= row.redeemed_at <= until
            and (not till_code or row.till is None or till_code in (row.till.code, row.till.name))
        )


@dataclass(frozen=True, slots=True)
class GoodwillRow:
    """One goodwill request as the outside keeps it. `approved_value` is None while pending.

    `type` is POINTS, COUPON, COUPONS or TIER; `status` PENDING, APPROVED or REJECTED.
    """

    id: str
    request_id: str
    type: str
    status: str
    added_at: datetime | None
    updated_at: datetime | None
    added_by: Place | None
    updated_by: Place | None
    reason: str
    comments: str
    updated_comments: str
    approved_value: Decimal | None
    one_step: bool | None
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)

    @property
    def kind(self) -> str:
        """POINTS, COUPON (however it was spelt) or TIER."""
        return "COUPON" if self.type == "COUPONS" else self.type


@dataclass(frozen=True, slots=True)
class GoodwillPage:
    """A customer's goodwill requests in the API's order."""

    rows: tuple[GoodwillRow, ...]
    window: Window
