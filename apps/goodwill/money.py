"""Amounts in words, and the amounts people may type."""

from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from apps.core.errors import BadInput
from apps.core.formats import points
from apps.goodwill.models import CouponSeries, Kind

MOST = Decimal(1_000_000)


def given_words(kind: str, amount: Decimal | None, series: CouponSeries | None = None) -> str:
    """``500 points``, ``a coupon (Sorry 15 %)``, or ``points`` while the number is not known."""
    if kind == Kind.COUPON:
        return _("a coupon (%(series)s)") % {"series": series.name} if series else _("a coupon")
    return points(amount) if amount is not None else _("points")


def whole_points(amount: Decimal | str | None) -> Decimal:
    """The points as a whole number above 0. Raises BadInput beside the field amount."""
    try:
        number = Decimal(amount if amount is not None else "")
    except (InvalidOperation, TypeError, ValueError):
        raise BadInput(_("Write how many points."), field="amount") from None
    if not number.is_finite() or number <= 0 or number != number.to_integral_value():
        raise BadInput(_("Points are a whole number above 0."), field="amount")
    if number > MOST:
        raise BadInput(_("That is more than can be given at once."), field="amount")
    return number.quantize(Decimal(1))
