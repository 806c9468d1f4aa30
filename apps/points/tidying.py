"""Whether what somebody wants can be asked for: each field on its own, points exact.

The rounding rule: what a person types is never rounded. Where a number of points is worked out (what is left, the
most that can be redeemed), it is rounded down to the places its programme has, so that nobody is ever offered more
than there is.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.errors import BadInput
from apps.core.faults import each
from apps.core.words import line, needed
from apps.points.models import Mode, PointsRules
from apps.points.wanted import Wanted, WantedReversal

LONGEST_BILL, LONGEST_PURPOSE, LONGEST_NOTES, LONGEST_REASON = 60, 100, 200, 200
MOST = Decimal(1_000_000_000)
# As many places as the rows keep: a programme that is not in the rules may have up to these.
PLACES = 3


def places_of(rules: PointsRules, programme_id: str) -> int:
    """Places after the point that points of this programme may have."""
    told = rules.decimals.get(programme_id, PLACES)
    return min(max(int(told), 0), PLACES)


def rounded_down(points: Decimal, places: int) -> Decimal:
    """Points as the programme counts them: never more than there are."""
    return points.quantize(Decimal(1).scaleb(-places), rounding=ROUND_DOWN)


def exact_points(typed: Decimal | str | None, places: int) -> Decimal:
    """The points somebody typed, above 0 and with no more places than the programme has. Raises BadInput."""
    try:
        number = Decimal(typed if typed is not None else "")
    except (InvalidOperation, TypeError, ValueError):
        words = _("Write how many points.")
        if typed:
            words = _("Write the points in digits, such as 250 or 1,200.")
        raise BadInput(words, field="points") from None
    if not number.is_finite() or number <= 0:
        raise BadInput(_("Points are a number above 0."), field="points")
    if number > MOST:
        raise BadInput(_("That is more than can be moved at once."), field="points")
    if number != rounded_down(number, places):
        words = (
            ngettext(
                "Points of this programme have at most %(places)s decimal place.",
                "Points of this programme have at most %(places)s decimal places.",
                places,
            )
            if places
            else _("Points of this programme are whole numbers.")
        )
        raise BadInput(words % {"places": places}, field="points")
    return rounded_down(number, places)


def tidied(wanted: Wanted, rules: PointsRules) -> Wanted:
    """The same, tidied. Raises BadInput beside each field that cannot be."""
    checks: dict[str, Callable[[], Any]] = {
        "mode": lambda: _mode(wanted),
        "programme_id": lambda: _programme(wanted),
        "points": lambda: exact_points(wanted.points, places_of(rules, wanted.programme_id.strip())),
        "bill": lambda: line(wanted.bill, LONGEST_BILL, "bill", is_number=True),
        "purpose": lambda: line(wanted.purpose, LONGEST_PURPOSE, "purpose"),
        "notes": lambda: line(wanted.notes, LONGEST_NOTES, "notes"),
    }
    return replace(wanted, **each(checks))


def _mode(wanted: Wanted) -> str:
    if wanted.mode not in Mode.values:
        raise BadInput(_("Choose how the customer agrees."), field="mode")
    return wanted.mode


def _programme(wanted: Wanted) -> str:
    programme = line(wanted.programme_id, 20, "programme_id", is_number=True)
    if programme and not (programme.isascii() and programme.isdecimal()):
        raise BadInput(_("Choose one of the customer's programmes."), field="programme_id")
    return programme


def tidied_reversal(wanted: WantedReversal) -> WantedReversal:
    """The same, tidied. Raises BadInput beside each field that cannot be."""
    missing = _("Say why the points are given back.")
    checks: dict[str, Callable[[], Any]] = {
        "redemption_id": lambda: _redemption(wanted),
        "points": lambda: exact_points(wanted.points, PLACES),
        "reason": lambda: needed(wanted.reason, LONGEST_REASON, "reason", missing=missing),
    }
    return replace(wanted, **each(checks))


def _redemption(wanted: WantedReversal) -> str:
    redemption = wanted.redemption_id.strip()
    if not (redemption.isascii() and redemption.isalnum() and len(redemption) <= 40):
        raise BadInput(_("Name the redemption by its id."), field="redemption_id")
    return redemption
