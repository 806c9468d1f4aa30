"""Coupon series as v1.1 lists them."""

from collections.abc import Mapping
from typing import Any

from apps.capillary.envelopes import ApiSaidNo, item_of
from apps.capillary.moments import day, moment
from apps.capillary.readers import ShapeError, integer, many, number, one, text
from apps.capillary.types_coupons import CouponSeries

ENTITY = "coupon"


def parse_series(body: Mapping[str, Any]) -> tuple[CouponSeries, ...]:
    """`series.items.item`; a refused one is left out unless there is no other."""
    if "series" not in body:
        raise ShapeError("series is missing")
    items = many(one(one(body["series"]).get("items")), "item")
    found, refusal = [], None
    for item in items:
        try:
            found.append(_read(item_of(item, ENTITY)))
        except ApiSaidNo as no:
            refusal = refusal or no
    if refusal and not found:
        raise refusal
    return tuple(found)


def _read(node: Mapping[str, Any]) -> CouponSeries:
    coupons = one(node.get("coupons"))
    return CouponSeries(
        id=text(node.get("id")),
        description=text(node.get("description")),
        series_code=text(node.get("series_code")),
        discount_code=text(node.get("discount_code")),
        series_type=text(node.get("series_type")),
        discount_on=text(node.get("discount_on")),
        discount_type=text(node.get("discount_type")),
        discount_value=number(node.get("discount_value")),
        valid_till=day(node.get("valid_till_date")),
        valid_days=integer(node.get("valid_days_from_create")),
        min_bill_amount=number(node.get("min_bill_amount")),
        max_bill_amount=number(node.get("max_bill_amount")),
        max_create=integer(node.get("max_create")),
        max_redeem=integer(node.get("max_redeem")),
        max_per_customer=integer(node.get("max_vouchers_per_user")),
        issued=integer(coupons.get("issued")),
        redeemed=integer(coupons.get("redeemed")),
        created_at=moment(node.get("created")),
        raw=node,
    )
