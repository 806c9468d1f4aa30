"""Where a request goes: approved by policy within the person's authority, or to a person, and why."""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.core.kept import number
from apps.goodwill.budgets import BudgetLeft, budget_left
from apps.goodwill.escalations import times_of
from apps.goodwill.limits import NOUGHT, Left, left_of_store, left_to_give
from apps.goodwill.models import Kind, LimitRule
from apps.staff.models import Store, User

Why = dict[str, str]


@dataclass(frozen=True)
class Route:
    """why is empty when the person's own authority suffices; policy then names it."""

    limit: Left
    store_limit: Left | None
    budget: BudgetLeft
    why: list[Why]
    approvals_needed: int
    policy: str

    @property
    def by_policy(self) -> bool:
        """Whether nobody else has to decide."""
        return not self.why


def route(
    *,
    user: User,
    store: Store,
    kind: str,
    amount: Decimal | None,
    fraud: str = "",
    colleague: bool = False,
) -> Route:
    """What the rules say at this moment. Six queries; hold the counting locks to act on it.

    Above the second threshold two people decide, whatever one's own authority: the policy is neither of them.
    """
    limit = left_to_give(user, kind)
    store_limit = left_of_store(store, kind, LimitRule.Purpose.GIVE)
    budget = budget_left(store, kind)
    wanted = amount if amount is not None else Decimal(0)
    threshold = _threshold(store, kind, amount)
    why = [
        *_limit(limit, wanted),
        *_store_limit(store_limit, wanted, store),
        *_budget(budget, wanted, store),
        *_two_people(threshold),
        *_marks(fraud, colleague),
    ]
    return Route(limit, store_limit, budget, why, 1 if threshold is None else 2, _policy(limit))


def route_row(
    *, store: Store, kind: str, amount: Decimal | None, fraud: str = "", colleague: bool = False
) -> Route:
    """What stays to be said of a row of an approved file: the second threshold, marks of the customer. One query.

    Limits and budget were taken for all its rows: counting them again would take the store's month for each row.
    """
    threshold = _threshold(store, kind, amount)
    why = [*_two_people(threshold), *_marks(fraud, colleague)]
    return Route(Left(granted=True), None, BudgetLeft(None, NOUGHT), why, 1 if threshold is None else 2, "")


def route_file(*, user: User, store: Store, kind: str, total: Decimal, most: Decimal) -> list[Why]:
    """Why a person has to decide on a whole file: its total, and its largest row. Empty: nobody has to."""
    limit = left_to_give(user, kind)
    store_limit = left_of_store(store, kind, LimitRule.Purpose.GIVE)
    rows = replace(store_limit, rule_day=None, rule_month=None) if store_limit else None
    whole = replace(store_limit, rule_request=None) if store_limit else None
    return [
        *_limit(replace(limit, rule_day=None, rule_month=None), most),
        *(_limit(replace(limit, rule_request=None), total) if limit.granted else ()),
        *(_store_limit(rows, most, store) or _store_limit(whole, total, store)),
        *_budget(budget_left(store, kind), total, store),
    ]


def needed(store: Store | None, kind: str, amount: Decimal | None) -> int:
    """How many people decide on this amount. One query."""
    return 1 if _threshold(store, kind, amount) is None else 2


def _threshold(store: Store | None, kind: str, amount: Decimal | None) -> Decimal | None:
    """The second threshold when the amount is above it, else None."""
    most = times_of(store).second_threshold
    above = kind == Kind.POINTS and most is not None and amount is not None and amount > most
    return most if above else None


def _two_people(threshold: Decimal | None) -> list[Why]:
    if threshold is None:
        return []
    words = _("Above %(most)s points two people decide.") % {"most": number(threshold)}
    return [{"rule": "two_people", "words": words}]


def _limit(limit: Left, amount: Decimal) -> list[Why]:
    words = {
        "none": _("The requester gives nothing on their own authority."),
        "request": _("Over the requester's own limit of %(most)s for one request.")
        % {"most": number(limit.rule_request or 0)},
        "day": _("Over the requester's own limit: %(left)s of %(most)s left for 24 hours.")
        % {"left": number(limit.day or 0), "most": number(limit.rule_day or 0)},
        "month": _("Over the requester's own limit: %(left)s of %(most)s left for 30 days.")
        % {"left": number(limit.month or 0), "most": number(limit.rule_month or 0)},
    }
    broken = limit.broken(amount)
    return (
        [{"rule": f"over_{broken}" if broken != "none" else "no_limit", "words": words[broken]}]
        if broken
        else []
    )


def _store_limit(limit: Left | None, amount: Decimal, store: Store) -> list[Why]:
    if limit is None or limit.fits(amount):
        return []
    return [{"rule": "store_limit", "words": _("Over the limit of %(store)s.") % {"store": store.name}}]


def _budget(budget: BudgetLeft, amount: Decimal, store: Store) -> list[Why]:
    if budget.fits(amount):
        return []
    words = _("Over the budget of %(store)s: %(left)s left this month.") % {
        "store": store.name,
        "left": number(budget.left or 0),
    }
    return [{"rule": "budget", "words": words}]


def _marks(fraud: str, colleague: bool) -> list[Why]:
    why = []
    if fraud:
        why.append(
            {"rule": "fraud", "words": _("The customer has a fraud mark (%(mark)s).") % {"mark": fraud}}
        )
    if colleague:
        words = _("The customer is a colleague: a manager of another store decides.")
        why.append({"rule": "colleague", "words": words})
    return why


def _policy(limit: Left) -> str:
    if limit.source == "person":
        return _("own limit of the person")
    return _("own limit of the role")
