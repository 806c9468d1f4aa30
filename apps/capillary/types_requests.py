"""Requests that somebody has to decide: what the outside answers when one is added, decided or listed."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from apps.capillary.types_common import Place, Raw, no_raw

# The reference writes COUPON in its samples and COUPONS in its tables; both are sent as given and read as one.
Kind = Literal["POINTS", "COUPON", "COUPONS"]


def kind_of(base_type: str) -> str:
    """POINTS, COUPON (however it was spelt), or the outside's word for another kind."""
    word = base_type.strip().upper()
    return "COUPON" if word == "COUPONS" else word


@dataclass(frozen=True, slots=True)
class AddedRequest:
    """A request as filed. `status` is PENDING unless the organisation decides such requests by itself.

    `customer_id` is the customer the outside filed it for, "" when not told: a merged customer's survivor may
    stand there. The answer holds neither points nor series, and usually not our reference.
    """

    id: str
    status: str
    type: str
    base_type: str
    customer_id: str
    reference_id: str
    requested_at: datetime | None
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class DecidedRequest:
    """The answer to a decision: `status` is APPROVED or REJECTED. Approvals name no `id` ("")."""

    id: str
    status: str
    base_type: str
    reason: str
    comments: str
    updated_comments: str
    added_at: datetime | None
    decided_at: datetime | None
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class RequestCustomer:
    """Whom a request is for, as far as told. `id` is "" in lists and only sometimes there in logs.

    `fraud_status` is NONE for somebody without a fraud mark, "" when not told.
    """

    id: str
    first_name: str
    last_name: str
    mobile: str
    email: str
    external_id: str
    fraud_status: str

    @property
    def name(self) -> str:
        """First and last name, as far as told."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request of the list. `approved_value` is None while pending; the points asked for are never told.

    `group` is the name the outside lists it under (goodwill, change_identifier), `kind` POINTS or COUPON.
    """

    id: str
    group: str
    type: str
    base_type: str
    status: str
    reason: str
    comments: str
    updated_comments: str
    approved_value: Decimal | None
    customer: RequestCustomer
    added_at: datetime | None
    added_by: Place | None
    last_action_at: datetime | None
    updated_by: Place | None
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)

    @property
    def kind(self) -> str:
        """POINTS, COUPON or another kind of request."""
        return kind_of(self.base_type)


@dataclass(frozen=True, slots=True)
class RequestPage:
    """Requests in the API's order, group by group. `count` is how many there are over all pages."""

    rows: tuple[RequestRow, ...]
    count: int | None
    page_size: int | None = None


@dataclass(frozen=True, slots=True)
class LogStep:
    """Who did one step of a request, from where and when; a pending request may have a second step too."""

    at: datetime | None
    till: Place | None
    store: Place | None
    user: Place | None
    ip: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RequestLog:
    """One request with its steps.

    `approval_type` is CLIENT, CONFIG, CONFIG_DISABLED or CLIENT_DISABLED. `old_value` and `new_value` may hold
    a customer's contact data.
    """

    id: str
    group: str
    type: str
    base_type: str
    status: str
    reason: str
    comments: str
    updated_comments: str
    approved_value: Decimal | None
    customer: RequestCustomer
    one_step: bool | None
    approval_type: str
    added: LogStep | None
    updated: LogStep | None
    old_value: str = field(default="", repr=False)
    new_value: str = field(default="", repr=False)
    raw: Raw = field(default_factory=no_raw, repr=False, compare=False)

    @property
    def kind(self) -> str:
        """POINTS, COUPON or another kind of request."""
        return kind_of(self.base_type)


@dataclass(frozen=True, slots=True)
class LogPage:
    """Logs in the API's order, group by group. `count` is how many there are over all pages."""

    rows: tuple[RequestLog, ...]
    count: int | None
    page_size: int | None = None
