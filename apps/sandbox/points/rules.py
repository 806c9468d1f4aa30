"""Whether points can be redeemed: what a programme asks, and out of which programmes they come."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from apps.sandbox.api.balances import Balance, balances_of
from apps.sandbox.api.errors import Refusal
from apps.sandbox.catalogue import PROGRAMME_BY_ID, Spending
from apps.sandbox.models import Customer

_POINTS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Part:
    """Points out of one programme."""

    programme_id: int
    points: Decimal


@dataclass(frozen=True)
class Offer:
    """What a redemption would be: available counts every programme it may take from."""

    programme_id: int
    parts: tuple[Part, ...]
    available: Decimal

    @property
    def points(self) -> Decimal:
        """All of it."""
        return sum((part.points for part in self.parts), Decimal(0))

    @property
    def value(self) -> Decimal:
        """Money for it."""
        return value_of(self.parts)


def value_of(parts: tuple[Part, ...]) -> Decimal:
    """Money for points, part by part, halves of a hundredth rounded up."""
    worth = (part.points * PROGRAMME_BY_ID[part.programme_id].spending.point_value for part in parts)
    return sum(worth, Decimal(0)).quantize(_CENT, rounding=ROUND_HALF_UP)


def points_of(text: str) -> Decimal:
    """Points above zero. Raises Refusal 801."""
    if not _POINTS.fullmatch(text) or not Decimal(text):
        raise Refusal(801)
    return Decimal(text)


def programme_of(text: str) -> int | None:
    """The programme named, None for no name. Raises Refusal 895 for one there is not."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or int(text) not in PROGRAMME_BY_ID:
        raise Refusal(895)
    return int(text)


def offer(
    customer: Customer, points: Decimal, programme_id: int | None, *, across: bool = False, short: int = 803
) -> Offer:
    """What redeeming would take; across programmes the rules are those of the one named, or joined first.

    Raises Refusal 816 (account closed), 3045, 809 (fraud), 686, 881 (not enrolled), 801 (too many decimals),
    804, 805, 806 (too few points, lifetime points, purchases), 821, 819, 807 (minimum, maximum, step), and the
    code in short when more is asked for than there is: the reference has two of them.
    """
    chosen, all_of_them = _allowed(customer, programme_id)
    _in_step(points, chosen.programme.spending)
    sources = [chosen, *(other for other in all_of_them if across and other is not chosen)]
    available = sum((max(source.available, Decimal(0)) for source in sources), Decimal(0))
    _enough(chosen, available)
    _within(points, chosen.programme.spending)
    if points > available:
        raise Refusal(short)
    return Offer(chosen.programme.id, _parts(sources, points), available)


def _allowed(customer: Customer, programme_id: int | None) -> tuple[Balance, list[Balance]]:
    if customer.status == "DELETED":
        raise Refusal(816)
    if customer.fraud_status in ("CONFIRMED", "RECONFIRMED"):
        raise Refusal(3045, f"Customer {customer.id} is marked as fraud: redemption refused")
    if customer.fraud_status == "MARKED":
        raise Refusal(809)
    if customer.loyalty_type == "non_loyalty":
        raise Refusal(686)
    balances = balances_of(customer)
    chosen = next((row for row in balances if programme_id in (None, row.programme.id)), None)
    if chosen is None:
        raise Refusal(881)
    return chosen, balances


def _in_step(points: Decimal, spending: Spending) -> None:
    if points != points.quantize(Decimal(1).scaleb(-spending.decimals)):
        raise Refusal(801, f"The points may have {spending.decimals} decimal places")


def _enough(balance: Balance, available: Decimal) -> None:
    spending = balance.programme.spending
    if available < spending.minimum:
        raise Refusal(804)
    if balance.lifetime < spending.least_lifetime_points:
        raise Refusal(805)
    if balance.enrolment.purchases < spending.least_purchases:
        raise Refusal(806)


def _within(points: Decimal, spending: Spending) -> None:
    if points < spending.minimum:
        raise Refusal(821, f"At least {spending.minimum} points have to be redeemed")
    if points > spending.maximum:
        raise Refusal(819, f"At most {spending.maximum} points can be redeemed at once")
    if spending.multiple_of and points % spending.multiple_of:
        raise Refusal(807, f"The points have to be a multiple of {spending.multiple_of}")


def _parts(sources: list[Balance], points: Decimal) -> tuple[Part, ...]:
    parts, left = [], points
    for source in sources:
        if (taken := min(source.available, left)) > 0:
            parts.append(Part(source.programme.id, taken))
            left -= taken
    return tuple(parts)
