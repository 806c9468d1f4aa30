"""Amounts in words, and the amounts people may type."""

from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from apps.core.errors import BadInput
from apps.core.formats import number, points
from apps.core.kept import of_nobody
from apps.goodwill.models import CouponSeries, Kind

MOST = Decimal(1_000_000)


def given_words(kind: str, amount: Decimal | None, series: CouponSeries | None = None) -> str:
    """``500 points``, ``a coupon (Sorry 15 %)``, or ``points`` while the number is not known."""
    if kind == Kind.COUPON:
        return _("a coupon (%(series)s)") % {"series": series.name} if series else _("a coupon")
    return points(amount) if amount is not None else _("points")


def part_words(kind: str, given: Decimal | None, asked: Decimal | None) -> str:
    """``350 of the 400 points asked for``; "" when nothing is less than was asked for."""
    if kind == Kind.COUPON or given is None or asked is None or given >= asked:
        return ""
    return _("%(given)s of the %(asked)s asked for") % {"given": number(given), "asked": points(asked)}


# The same for what is kept.
given_kept = of_nobody(given_words)


def whole_points(amount: Decimal | str | None) -> Decimal:
    """The points as a whole number above 0. Raises BadInput beside the field amount."""
    try:
        typed = Decimal(amount if amount is not None else "")
    except (InvalidOperation, TypeError, ValueError):
        raise BadInput(_("Write how many points."), field="amount") from None
    if not typed.is_finite() or typed <= 0 or typed != typed.to_integral_value():
        raise BadInput(_("Points are a whole number above 0."), field="amount")
    if typed > MOST:
        raise BadInput(_("That is more than can be given at once."), field="amount")
    return typed.quantize(Decimal(1))
