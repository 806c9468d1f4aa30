"""Coupons: usable ones first, then used and expired ones. Codes are masked: who has one can spend it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.capillary.types_activity import Coupon, CouponPage, CouponUse
from apps.capillary.types_points import Redemptions
from apps.core import formats
from apps.customers.panels.registry import Asked, Panel, Values, register_panel

ON_OVERVIEW = 3
STATES = {
    "usable": (gettext_lazy("Usable"), "circle-check", "ok"),
    "used": (gettext_lazy("Used"), "checks", ""),
    "expired": (gettext_lazy("Expired"), "clock", ""),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A coupon with its state and what it gives, in words. uses is empty when nobody tells when it was used."""

    coupon: Coupon
    state: str
    word: str
    icon: str
    tone: str
    gives: str
    uses: tuple[CouponUse, ...] = ()


def build_coupons(asked: Asked, values: Values) -> dict[str, Any]:
    """All coupons, usable ones first."""
    rows = _rows(values["coupons"], values.get("redemptions"))
    if not rows:
        return _none()
    usable = sum(row.state == "usable" for row in rows)
    return {
        "rows": rows,
        "count": len(rows),
        "summary": ngettext(
            "%(count)s coupon, %(usable)s usable.", "%(count)s coupons, %(usable)s usable.", len(rows)
        )
        % {"count": len(rows), "usable": usable},
    }


def build_few(asked: Asked, values: Values) -> dict[str, Any]:
    """The first three."""
    rows = _rows(values["coupons"])
    return {"rows": rows[:ON_OVERVIEW], "count": len(rows)} if rows else _none()


def _rows(page: CouponPage, spent: Redemptions | None = None) -> list[Row]:
    order = list(STATES)
    rows = [_row(coupon, spent) for coupon in page.coupons]
    return sorted(rows, key=lambda row: order.index(row.state))


def _row(coupon: Coupon, spent: Redemptions | None) -> Row:
    used = bool(coupon.is_redeemed) or (bool(coupon.redemption_count) and not coupon.redemptions_left)
    expired = coupon.valid_till is not None and coupon.valid_till < timezone.localdate()
    state = "used" if used else "expired" if expired else "usable"
    word, icon, tone = STATES[state]
    return Row(coupon, state, str(word), icon, tone, _gives(coupon), _uses(coupon, spent))


def _uses(coupon: Coupon, spent: Redemptions | None) -> tuple[CouponUse, ...]:
    """The coupon's own uses; where it tells none, those of the redemptions."""
    if coupon.uses or spent is None or not coupon.code:
        return coupon.uses
    return tuple(
        CouponUse(one.redeemed_at, one.transaction_number, None)
        for one in spent.coupons
        if one.code.casefold() == coupon.code.casefold()
    )


def _gives(coupon: Coupon) -> str:
    if coupon.discount_value is None:
        return ""
    currency = str(settings.CAPILLARY["currency"])
    if coupon.discount_type.upper() == "PERC":
        said = _("%(value)s %% off") % {"value": formats.number(coupon.discount_value)}
    else:
        said = _("%(value)s off") % {"value": formats.money(coupon.discount_value, currency)}
    if coupon.discount_upto and coupon.discount_upto != coupon.discount_value:
        said += _(", at most %(most)s") % {"most": formats.money(coupon.discount_upto, currency)}
    return said


def _none() -> dict[str, Any]:
    return {
        "empty_title": _("No coupons yet."),
        "empty_text": _("Coupons appear here when they are issued to this customer."),
        "empty_icon": "ticket",
        "count": 0,
    }


COUPONS = register_panel(
    Panel(
        name="coupons",
        title=gettext_lazy("Coupons"),
        source="v2",
        template="customers/panels/coupons.html",
        build=build_coupons,
        flush=True,
        needs=("coupons",),
        wants=("redemptions",),
    )
)
FEW = register_panel(
    Panel(
        name="few_coupons",
        title=gettext_lazy("Coupons"),
        source="v2",
        template="customers/panels/few_coupons.html",
        build=build_few,
        flush=True,
        needs=("coupons",),
        aside=True,
    )
)
