"""Redemptions with their reversals: what was spent, what of it was given back."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.capillary.types_points import PointsRedemption, Redemptions
from apps.customers.panels.calls import MORE_ROWS, rows_of
from apps.customers.panels.registry import Asked, Panel, Values, register_panel


@dataclass(frozen=True, slots=True)
class Row:
    """A redemption with its state in words, icon and tone of a badge."""

    redemption: PointsRedemption
    where: str
    reversed: Decimal
    remaining: Decimal | None
    state: str
    icon: str
    tone: str


def build_redemptions(asked: Asked, values: Values) -> dict[str, Any]:
    """Points first, then coupons; newest first."""
    found: Redemptions = values["redemptions"]
    if not found.points and not found.coupons:
        return {
            "empty_title": _("Nothing redeemed yet."),
            "empty_text": _("Redeemed points and coupons appear here, with what was reversed."),
            "empty_icon": "coins",
            "count": 0,
        }
    rows = [_row(redemption) for redemption in found.points]
    asked_for = rows_of(asked)
    more = max(len(found.points), len(found.coupons)) >= asked_for
    return {
        "rows": rows,
        "coupons": found.coupons,
        "count": len(found.points) + len(found.coupons),
        "summary": _summary(found),
        "remaining": sum((row.remaining or Decimal(0) for row in rows), Decimal(0)),
        "more_url": _more(asked_for) if more else "",
    }


def _row(redemption: PointsRedemption) -> Row:
    remaining = redemption.remaining_points
    if remaining is not None and remaining <= 0:
        state, icon, tone = _("Fully reversed"), "checks", ""
    elif redemption.reversals:
        state, icon, tone = _("Partly reversed"), "arrow-back-up", "info"
    else:
        state, icon, tone = _("Redeemed"), "circle-check", "ok"
    where = str(redemption.store or redemption.till or redemption.redeemed_where or "")
    return Row(redemption, where, redemption.reversed_points, remaining, state, icon, tone)


def _summary(found: Redemptions) -> str:
    points, coupons = len(found.points), len(found.coupons)
    said = ngettext("%(count)s redemption of points", "%(count)s redemptions of points", points) % {
        "count": points
    }
    if coupons:
        said += ngettext(", %(count)s of a coupon", ", %(count)s of coupons", coupons) % {"count": coupons}
    return _("%(said)s, newest first.") % {"said": said}


def _more(asked_for: int) -> str:
    larger = next((rows for rows in MORE_ROWS if rows > asked_for), None)
    return f"?rows={larger}" if larger else ""


REDEMPTIONS = register_panel(
    Panel(
        name="redemptions",
        title=gettext_lazy("Redemptions"),
        source="v1.1",
        template="customers/panels/redemptions.html",
        build=build_redemptions,
        flush=True,
        needs=("redemptions",),
    )
)
