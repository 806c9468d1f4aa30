"""What holds for one person at one store, and why: every bound side by side, and the strictest of them."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.formats import number, points
from apps.goodwill.budgets import budget_left
from apps.goodwill.escalations import times_of
from apps.goodwill.limits import Left, left_of_store, left_to_decide, left_to_give
from apps.goodwill.models import Kind, LimitRule
from apps.goodwill.rulebook.limits import NEEDS
from apps.goodwill.switches import GOODWILL
from apps.operations.switches import off_for, off_words
from apps.staff.models import Store, User

Purpose = LimitRule.Purpose


@dataclass(frozen=True, slots=True)
class Bound:
    """One thing that bounds an amount now; left is None where it does not."""

    words: str
    most: Decimal | None
    used: Decimal | None
    left: Decimal | None


@dataclass(frozen=True, slots=True)
class Applies:
    """What a person may do with one kind at one store now.

    most      the most one request may take at this moment: 0 for nothing, None when nothing bounds it
    because   the words of the bound that decides
    bounds    all of them, the strictest first
    none      why there is no authority at all, else empty
    """

    purpose: str
    kind: str
    most: Decimal | None
    because: str
    bounds: list[Bound]
    none: str = ""

    @property
    def title(self) -> str:
        """``Decide on requests, points``."""
        return f"{Purpose(self.purpose).label}, {str(Kind(self.kind).label).lower()}"

    @property
    def most_words(self) -> str:
        """``300 points``, ``1 coupon``."""
        if self.kind == Kind.POINTS:
            return points(self.most)
        words = ngettext("%(number)s coupon", "%(number)s coupons", 1 if self.most == 1 else 2)
        return words % {"number": number(self.most)}


@dataclass(frozen=True, slots=True)
class AtStore:
    """Everything that holds for the person at one store; second is the amount above which two decide."""

    store: Store
    off: str
    second: Decimal | None
    rows: list[Applies]


def what_applies(person: User) -> list[AtStore]:
    """At each store the person works at; about twenty queries a store."""
    stores = {one.store.pk: one.store for one in person.memberships_now if one.store}
    return [_at(person, store) for store in stores.values()]


def _at(person: User, store: Store) -> AtStore:
    switch = off_for(GOODWILL, store)
    rows = [
        _applies(person, store, purpose, kind)
        for purpose in Purpose.values
        if person.has_perm(f"staff.{NEEDS[purpose]}", store)
        for kind in Kind.values
    ]
    return AtStore(store, off_words(switch) if switch else "", times_of(store).second_threshold, rows)


def _applies(person: User, store: Store, purpose: str, kind: str) -> Applies:
    own = (left_to_give if purpose == Purpose.GIVE else left_to_decide)(person, kind)
    if not own.granted:
        return Applies(purpose, kind, Decimal(0), "", [], none=_no_rule(person, purpose))
    bounds = _of(own, _whose(person, own))
    everybody = left_of_store(store, kind, purpose)
    if everybody is not None:
        bounds += _of(everybody, _("limit of %(store)s, everybody together") % {"store": store.name})
    budget = budget_left(store, kind)
    if budget.amount is not None:
        words = _("budget of %(store)s for this month") % {"store": store.name}
        bounds.append(Bound(words, budget.amount, budget.used, budget.left))
    bounds.sort(key=lambda bound: Decimal("Infinity") if bound.left is None else bound.left)
    strictest = bounds[0] if bounds and bounds[0].left is not None else None
    return Applies(
        purpose, kind, strictest.left if strictest else None, strictest.words if strictest else "", bounds
    )


def _of(left: Left, whose: str) -> list[Bound]:
    """The bounds of one rule that are set."""
    each = (
        (_("one request"), left.rule_request, None, left.rule_request),
        (_("24 hours"), left.rule_day, left.used_day, left.day),
        (_("30 days"), left.rule_month, left.used_month, left.month),
    )
    return [
        Bound(f"{whose}, {span}", most, used, rest) for span, most, used, rest in each if most is not None
    ]


def _whose(person: User, left: Left) -> str:
    if left.source == "person":
        return _("own limit of %(person)s") % {"person": person.name}
    return _("limit of the role %(role)s") % {"role": ", ".join(str(role.name) for role in person.roles)}


def _no_rule(person: User, purpose: str) -> str:
    roles = ", ".join(str(role.name) for role in person.roles)
    if purpose == Purpose.GIVE:
        return _("No limit is set for %(person)s or the role %(roles)s: every request goes to a manager.") % {
            "person": person.name,
            "roles": roles,
        }
    return _("No limit is set for %(person)s or the role %(roles)s: they may not approve.") % {
        "person": person.name,
        "roles": roles,
    }
