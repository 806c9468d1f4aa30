"""What asking for goodwill would do, shown before and while somebody types."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.goodwill.budgets import BudgetLeft
from apps.goodwill.duplicates import Duplicate, likely_duplicates
from apps.goodwill.limits import Left
from apps.goodwill.models import CouponSeries, Kind
from apps.goodwill.routing import route
from apps.goodwill.switches import GOODWILL
from apps.operations.switches import off_for, off_words
from apps.staff.models import Store, User


@dataclass(frozen=True)
class Preview:
    """What the form shows before and while typing.

    limit    the person's own, see Left;  store_limit  the store's rule over everybody there, None without
    within_authority  it would be approved by policy at once;  why  the reasons why a person has to decide
    decided_by  who decides then, in words
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
    approvals_needed: int = 1


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
    fraud: str = "",
    colleague: bool = False,
) -> Preview:
    """What asking would do, from the console's own rows; the outside is not asked.

    Give what is known of the customer: balance, fraud mark, whether they are a colleague.
    """
    wanted = Decimal(1) if kind == Kind.COUPON else amount
    way = route(user=user, store=store, kind=kind, amount=wanted, fraud=fraud, colleague=colleague)
    switch = off_for(GOODWILL, store)
    moves = balance is not None and amount is not None and kind == Kind.POINTS
    return Preview(
        limit=way.limit,
        store_limit=way.store_limit,
        budget=way.budget,
        within_authority=way.by_policy,
        decided_by=_("nobody else, within your own limit")
        if way.by_policy
        else _("a manager of another store")
        if colleague
        else _("a manager of %(store)s") % {"store": store.name},
        off=off_words(switch) if switch else "",
        before=balance,
        after=balance + amount if moves and balance is not None and amount is not None else balance,
        duplicates=likely_duplicates(
            customer_id=customer_id,
            kind=kind,
            amount=wanted,
            bill=bill.strip(),
            series_id=series.pk if series else None,
            viewer=user,
        ),
        why=way.why,
        approvals_needed=way.approvals_needed,
    )
