"""The customer as the outside tells it: profiles, cards, fraud, and what a search finds.

Ids, mobiles and codes are strings, except the customer's own id. Absent is "" for text, None for the rest.
Moments are aware; `raw` is the part of the reply a value was read from, unknown fields included.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from apps.capillary.types_common import Notice, Place, Raw, Window, no_raw
from apps.capillary.types_points import ExpiredPoints, ExpiringPoints, PointsBalance, PromotionalPoints


@dataclass(frozen=True, slots=True)
class Identifier:
    """What a customer is known by in one source: type as the API spells it (mobile, externalId, cardNumber)."""

    type: str
    value: str
    status: str = ""
    series_id: str = ""


@dataclass(frozen=True, slots=True)
class CommChannel:
    """A way to reach the customer. None where the answer is silent on primary or verified."""

    type: str
    value: str
    primary: bool | None = None
    verified: bool | None = None


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who made and last changed a record, and when."""

    created_at: datetime | None = None
    created_by: Place | None = None
    modified_at: datetime | None = None
    modified_by: Place | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """The customer in one source and account. `identifiers_all` may share nothing with `identifiers`."""

    source: str
    account_id: str
    user_id: str
    first_name: str
    last_name: str
    identifiers: tuple[Identifier, ...] = ()
    identifiers_all: tuple[Identifier, ...] = ()
    channels: tuple[CommChannel, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    attribution: Attribution = Attribution()
    updated_at: datetime | None = None
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)

    @property
    def name(self) -> str:
        """First and last name together, "" when neither is told."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


@dataclass(frozen=True, slots=True)
class Card:
    """A loyalty card. `status` is the API's (ACTIVE, SUSPENDED …), `label` the organisation's word for it."""

    id: str
    number: str
    external_id: str
    series_name: str
    series_code: str
    type: str
    status: str
    label: str
    issued_at: datetime | None
    expiry_days: int | None
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class FraudDetails:
    """Fraud mark: `status` as told (NONE, NOT_FRAUD, SUSPECTED, CONFIRMED, INTERNAL …)."""

    status: str
    marked_at: datetime | None = None
    marked_by: Place | None = None

    @property
    def is_marked(self) -> bool:
        """Whether the status means anything but innocence."""
        return self.status.upper().replace(" ", "_") not in {"", "NONE", "NOT_FRAUD", "RECONFIRMED_NOT_FRAUD"}


@dataclass(frozen=True, slots=True)
class Subscription:
    """Consent for one channel and priority: `type` is OPTIN or OPTOUT."""

    channel: str
    priority: str
    type: str


@dataclass(frozen=True, slots=True)
class GroupProgram:
    """A programme shared by a group of programmes, with the customer's points in it."""

    id: str
    title: str
    available: Decimal | None
    lifetime: Decimal | None
    promised: Decimal | None
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer from v2. The embed parts are None (or empty) unless they were asked for and answered.

    When a merged account was asked for, some installations answer the survivor with notice 91009: then
    `id` differs from the id asked.
    """

    id: int
    profiles: tuple[Profile, ...]
    loyalty_type: str = ""
    lifetime_purchases: Decimal | None = None
    attribution: Attribution = Attribution()
    fraud: FraudDetails | None = None
    segments: Mapping[str, str] = field(default_factory=dict)
    extended_fields: Mapping[str, str] = field(default_factory=dict)
    cards: tuple[Card, ...] = ()
    points: PointsBalance | None = None
    programs: tuple[PointsBalance, ...] = ()
    group_programs: tuple[GroupProgram, ...] = ()
    promotional_points: tuple[PromotionalPoints, ...] = ()
    expiring: tuple[ExpiringPoints, ...] = ()
    expired: tuple[ExpiredPoints, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    warnings: tuple[Notice, ...] = ()
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class MatchedIdentifier:
    """Why a customer was found. `type` may also be firstName or lastName."""

    type: str
    value: str
    source: str = ""
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class ShortProfile:
    """The name of a found customer in one source."""

    source: str
    first_name: str
    last_name: str

    @property
    def name(self) -> str:
        """First and last name together, "" when neither is told."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One customer a search found."""

    customer_id: int
    profiles: tuple[ShortProfile, ...]
    matched: tuple[MatchedIdentifier, ...]
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The first name any profile tells."""
        return next((profile.name for profile in self.profiles if profile.name), "")


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What a search found: rows in the API's order, and how many it says there are."""

    hits: tuple[SearchHit, ...]
    window: Window


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One row of the status log. Only the row with `is_active` is true now."""

    status: str
    label: str
    previous_label: str
    reason: str
    changed_at: datetime | None
    changed_by: str
    is_active: bool
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)
