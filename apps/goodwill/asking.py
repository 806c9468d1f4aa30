"""Asking for goodwill: checked, reserved, sent, and approved by policy where the person's limit allows."""

from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from apps.audit.actor import Actor
from apps.goodwill.budgets import BudgetLeft
from apps.goodwill.duplicates import Duplicate
from apps.goodwill.limits import Left
from apps.goodwill.models import CouponSeries, GoodwillRequest, Reason
from apps.staff.models import Store, User


@dataclass(frozen=True)
class Wanted:
    """What somebody asks for.

    amount  whole points, or 1 for a coupon;  token  of the form: sent twice, it asks once
    different_matter  the person has seen the likely duplicates and says this is something else
    """

    customer_id: int
    kind: str
    amount: Decimal
    reason: Reason | None
    token: UUID
    series: CouponSeries | None = None
    reason_words: str = ""
    comment: str = ""
    bill: str = ""
    programme_id: str = ""
    different_matter: bool = False


@dataclass(frozen=True)
class Preview:
    """What the form shows before and while typing.

    limit    the person's own, see Left;  store_limit  the store's rule over everybody there, None without
    within_authority  it would be approved by policy at once;  why  the reasons why a person has to decide
    decided_by  "you" words, or who will decide;  before and after  the balance, None when it was not read
    off      a sentence when goodwill is switched off, else empty
    """

    limit: Left
    store_limit: Left | None
    budget: BudgetLeft
    within_authority: bool
    decided_by: str
    off: str = ""
    before: Decimal | None = None
    after: Decimal | None = None
    duplicates: list[Duplicate] = field(default_factory=list)
    why: list[dict[str, str]] = field(default_factory=list)


def preview(
    *,
    user: User,
    store: Store,
    customer_id: int,
    kind: str,
    amount: Decimal | None = None,
    series: CouponSeries | None = None,
    bill: str = "",
    balance: Decimal | None = None,
) -> Preview:
    """What asking would do, from the console's own rows; the outside is not asked (give `balance` if known)."""
    raise NotImplementedError


def ask(*, actor: Actor, user: User, wanted: Wanted) -> GoodwillRequest:
    """Ask for goodwill in the actor's store. The same form sent again gives the same request.

    Shape:  the request as it stands: waiting, or approved by policy; refused (message says why); or still
            sending with an open act when it is not known yet
    Raises: BadInput (field amount, series, reason, reason_words, comment, bill, kind); Refused without the
            permission or while switched off; Conflict for a likely duplicate not looked at (field
            different_matter), or while another sending for this customer is not settled; CapillaryError when
            the customer cannot be read: then nothing was sent; TraceUnavailable
    """
    raise NotImplementedError
