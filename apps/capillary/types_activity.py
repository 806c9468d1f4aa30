"""What a customer did and got: the v1.1 record, transactions, coupons, notes, referrals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from apps.capillary.types_common import Notice, Place, Raw, Window, no_raw
from apps.capillary.types_customer import FraudDetails
from apps.capillary.types_points import ExpiredPoints, ExpiringPoints, PointsBalance


@dataclass(frozen=True, slots=True)
class TierChange:
    """One step up or down of the tier history."""

    from_tier: str
    to_tier: str
    changed_at: datetime | None
    notes: str
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class TierGap:
    """How far the customer is from going up (`kind` upgrade) or from keeping the tier (`kind` renew).

    `based_on` is the strategy (TRACKER_VALUE_BASED, VISITS, PURCHASE, POINTS …); amounts are in its unit.
    """

    kind: str
    based_on: str
    threshold: Decimal | None
    current: Decimal | None
    gap: Decimal | None
    valid_until: date | None
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Coupon:
    """A coupon of the customer. Uses left and redeemed are None where the answer is silent."""

    id: str
    code: str
    series_id: str
    series_name: str
    description: str
    created_at: datetime | None
    valid_till: date | None
    discount_type: str
    discount_value: Decimal | None
    discount_upto: Decimal | None
    is_redeemed: bool | None
    redemption_count: int | None
    redemptions_left: int | None
    transaction_number: str
    issued_by: Place | None
    uses: tuple["CouponUse", ...] = ()
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class CouponUse:
    """One redemption of a coupon."""

    at: datetime | None
    transaction_number: str
    where: Place | None
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class CouponPage:
    """Coupons in the API's order."""

    coupons: tuple[Coupon, ...]
    window: Window


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """The customer as v1.1 tells it: what v2 says less about (tier history, fraud, next tier, gaps)."""

    customer_id: str
    first_name: str
    last_name: str
    mobile: str
    email: str
    external_id: str
    loyalty_type: str
    source: str
    gender: str
    points: Decimal | None
    lifetime_points: Decimal | None
    lifetime_purchases: Decimal | None
    tier: str
    tier_expires_at: datetime | None
    next_tier: str
    next_tier_number: int | None
    next_tier_description: str
    registered_at: datetime | None
    updated_at: datetime | None
    registered_by: str
    registered_store: Place | None
    registered_till: Place | None
    fraud: FraudDetails | None
    tier_history: tuple[TierChange, ...] = ()
    gaps: tuple[TierGap, ...] = ()
    points_summaries: tuple[PointsBalance, ...] = ()
    expiring: tuple[ExpiringPoints, ...] = ()
    expired: tuple[ExpiredPoints, ...] = ()
    coupons: tuple[Coupon, ...] = ()
    custom_fields: Mapping[str, str] = field(default_factory=dict)
    extended_fields: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Notice, ...] = ()
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Transaction:
    """One bill. Amounts are money in `currency` (or the organisation's when ""), points are points."""

    id: str
    number: str
    type: str
    return_type: str
    amount: Decimal | None
    gross_amount: Decimal | None
    discount: Decimal | None
    currency: str
    outlier_status: str
    delivery_status: str
    notes: str
    billed_at: datetime | None
    updated_at: datetime | None
    store_name: str
    store_code: str
    points_issued: Decimal | None
    points_redeemed: Decimal | None
    points_returned: Decimal | None
    points_expired: Decimal | None
    points_expire_at: datetime | None
    program_id: str
    basket_size: int | None
    custom_fields: Mapping[str, str] = field(default_factory=dict)
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class TransactionPage:
    """Bills, newest first unless asked otherwise. `count` is the number of all, as the API tells it."""

    transactions: tuple[Transaction, ...]
    count: int | None
    start: int | None
    rows: int | None
    customer_id: str = ""
    delayed_points: Decimal | None = None
    available_points: Decimal | None = None
    returned_points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A note somebody left on the customer. `id` is the API's, `text` as written."""

    id: str
    text: str
    added_at: datetime | None
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody the customer invited; `type` is MOBILE, SMS or EMAIL and tells what `identifier` is.

    v2 tells no name. Any of it may be "" or None: who that was is not told then.
    """

    type: str
    identifier: str
    name: str
    invited_at: datetime | None
    till: Place | None
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)

    @property
    def channel(self) -> str:
        """MOBILE or EMAIL, however the dialect names it."""
        return "EMAIL" if self.type.upper() == "EMAIL" or "@" in self.identifier else "MOBILE"


@dataclass(frozen=True, slots=True)
class Referee:
    """An invited person who came: `event_type` is REGISTRATION or TRANSACTION.

    v1.1 tells no `customer_id`, and often neither name nor identifier.
    """

    event_type: str
    customer_id: str
    first_name: str
    last_name: str
    mobile: str
    email: str
    external_id: str
    added_at: datetime | None
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Incentive:
    """A reward of the referrer. The reference says it is a coupon and shows none, so only `raw` is sure.

    `label` is its name or what it is for; `for_customer_id`, `for_mobile` and `for_email` say for which arrived
    person it was given; each "" when not told. `amount` may be points or money.
    """

    label: str
    coupon_code: str
    series_id: str
    for_customer_id: str
    amount: Decimal | None
    earned_at: datetime | None
    for_mobile: str = field(default="", repr=False)
    for_email: str = field(default="", repr=False)
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Referrals:
    """A customer's referral code in one campaign with whom they invited, who came and what was earned.

    `campaign_token` is the campaign that was asked for (v1.1; "" is the default one). v2 names no campaign.
    """

    code: str
    invitees: tuple[Invitee, ...]
    referees: tuple[Referee, ...]
    incentives: tuple[Incentive, ...] = ()
    campaign_token: str = ""
    customer_id: str = ""
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)
