"""Redemptions of points and coupons, with their reversals."""

from collections.abc import Mapping
from typing import Any

from apps.capillary.envelopes import the_item
from apps.capillary.hiding import without
from apps.capillary.moments import moment
from apps.capillary.readers import integer, many, number, one, place, text
from apps.capillary.types_common import Place, ProgramShare
from apps.capillary.types_points import CouponRedemption, PointsRedemption, Redemptions, Reversal

# No sample shows more than the till's id; the redemption itself names till and store like this.
REVERSED_BY = ("reversed_by", "reversed_till", "reversed_on_till", "reversed_at")
NO_REDEMPTIONS = frozenset({"1051"})


def parse_redemptions(body: Mapping[str, Any]) -> Redemptions:
    """`customer.redemptions.points.point` and `.coupons.coupon`; no item status in this answer."""
    node = the_item(body, "customer", empty=NO_REDEMPTIONS)
    redemptions = one(node.get("redemptions"))
    return Redemptions(
        points=tuple(map(_read_points, many(redemptions.get("points"), "point"))),
        coupons=tuple(map(_read_coupon, many(redemptions.get("coupons"), "coupon"))),
        points_count=integer(node.get("points_count")),
        coupons_count=integer(node.get("coupons_count")),
        points_start_id=text(node.get("points_start_id")),
        coupons_start_id=text(node.get("coupons_start_id")),
    )


def _read_points(node: Mapping[str, Any]) -> PointsRedemption:
    return PointsRedemption(
        id=text(node.get("id")),
        program_id=text(node.get("program_id")),
        points=number(node.get("points_redeemed")),
        transaction_number=text(node.get("transaction_number")),
        redeemed_at=moment(node.get("redeemed_time")),
        redeemed_where=_where(node.get("redeemed_at")),
        store=place(node.get("redeemed_store")),
        till=place(node.get("redeemed_till")),
        notes=text(node.get("notes")),
        external_reference=text(node.get("external_reference_number")),
        reversals=tuple(map(_read_reversal, _reversals(node.get("reversals")))),
        by_program=_shares(node.get("redemption_breakup_by_program"), "points_redeemed"),
        told_reversed=number(node.get("total_points_reversed")),
        raw=without(node),
    )


def _reversals(value: object) -> list[dict[str, Any]]:
    """A list in the sample; one alone may come as an object, with or without a name around it."""
    return many(value, "reversal") or [row for row in many(value) if "reversal_id" in row]


def _read_reversal(node: Mapping[str, Any]) -> Reversal:
    till_id = text(node.get("reversed_on_till_id"))
    by = next((found for key in REVERSED_BY if (found := place(node.get(key)))), None)
    return Reversal(
        id=text(node.get("reversal_id")),
        points=number(node.get("points_reversed")),
        reversed_at=moment(node.get("reversal_time")),
        till_id=till_id,
        by=by or (Place(id=till_id) if till_id else None),
        by_program=_shares(node.get("reversal_breakup_by_program"), "points_reversed"),
        raw=node,
    )


def _shares(value: object, points_key: str) -> tuple[ProgramShare, ...]:
    return tuple(
        ProgramShare(
            text(row.get("program_id")), number(row.get(points_key)), text(row.get("program_name")), row
        )
        for row in many(value)
    )


def _read_coupon(node: Mapping[str, Any]) -> CouponRedemption:
    return CouponRedemption(
        id=text(node.get("id")),
        code=text(node.get("code")),
        series_id=text(node.get("series_id")),
        description=text(node.get("description")),
        discount_code=text(node.get("discount_code")),
        discount_type=text(node.get("discount_type")),
        transaction_number=text(node.get("transaction_number")),
        redeemed_at=moment(node.get("redeemed_time")),
        redeemed_where=_where(node.get("redeemed_at")),
        raw=node,
    )


def _where(value: object) -> str:
    """A name in some answers, an object with code and name in others."""
    found = place(value)
    return str(found) if found else ""
