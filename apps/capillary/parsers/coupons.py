"""Coupons as customer/get, customer/coupons and the two v2 endpoints tell them."""

from collections.abc import Mapping
from typing import Any

from apps.capillary.envelopes import the_item
from apps.capillary.moments import day, moment
from apps.capillary.readers import ShapeError, flag, integer, many, number, one, place, text, window
from apps.capillary.types_activity import Coupon, CouponPage, CouponUse
from apps.capillary.types_common import Window


def parse_coupons_v11(body: Mapping[str, Any]) -> CouponPage:
    """`customers.customer.coupons.coupon` with `pagination` beside the status."""
    node = the_item(body, "customers", "customer")
    return CouponPage(tuple(map(read_coupon, coupon_rows(node.get("coupons")))), window(body))


def parse_coupons_basic(body: Mapping[str, Any]) -> CouponPage:
    """`entity.customers[].coupons[]` with `entity.pagination` in strings."""
    entity = one(body.get("entity"))
    if "customers" not in entity:
        raise ShapeError("entity.customers is missing")
    rows = (
        row
        for customer in many(entity["customers"], "customer")
        for row in coupon_rows(customer.get("coupons"))
    )
    return CouponPage(tuple(map(read_coupon, rows)), window(entity))


def parse_coupons_detailed(body: Mapping[str, Any]) -> CouponPage:
    """`entity[]`, each coupon with its whole series; not paginated."""
    if "entity" not in body:
        raise ShapeError("entity is missing")
    coupons = tuple(map(read_coupon, many(body["entity"])))
    return CouponPage(coupons, Window(total=len(coupons)))


def coupon_rows(value: object) -> list[dict[str, Any]]:
    """`{coupon: …}`, a bare list, or one bare coupon."""
    return many(value, "coupon") or [row for row in many(value) if "code" in row]


def read_coupon(node: Mapping[str, Any]) -> Coupon:
    """One coupon in any of the four spellings."""
    series = one(node.get("series"))
    uses = tuple(map(_read_use, _uses(node)))
    redeemed = next(
        (found for key in ("isRedeemed", "redeemed") if (found := flag(node.get(key))) is not None), None
    )
    count = integer(node.get("redemptionCount", node.get("redemption_count")))
    return Coupon(
        id=text(node.get("id")),
        code=text(node.get("code")),
        series_id=text(node.get("seriesId")) or text(node.get("series_id")),
        series_name=text(node.get("seriesName")) or text(series.get("description")),
        description=text(node.get("description")) or text(series.get("description")),
        created_at=moment(node.get("createdDate")) or moment(node.get("created_date")),
        valid_till=day(node.get("validTill")) or day(node.get("valid_till")),
        discount_type=_discount_type(node, series),
        discount_value=number(node.get("discountValue")),
        discount_upto=number(node.get("discountUpto")),
        is_redeemed=redeemed if redeemed is not None else (None if count is None else count > 0),
        redemption_count=count,
        redemptions_left=integer(node.get("redemptionsLeft")),
        transaction_number=text(node.get("transactionNumber")) or text(node.get("transaction_number")),
        issued_by=place(node.get("issuedAt")),
        uses=uses,
        raw=node,
    )


def _discount_type(node: Mapping[str, Any], series: Mapping[str, Any]) -> str:
    """The detailed form has a plain false in `discountType`; its word stands in `couponDiscountType`."""
    own = node.get("discountType")
    word = "" if flag(own) is not None else text(own)
    return text(node.get("couponDiscountType")) or word or text(series.get("discountType"))


def _uses(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    return many(node.get("redemptions"), "redemption") or many(node.get("redemptionInfo"))


def _read_use(node: Mapping[str, Any]) -> CouponUse:
    return CouponUse(
        at=moment(node.get("date")) or moment(node.get("redeemedOn")) or moment(node.get("redeemedDate")),
        transaction_number=text(node.get("transactionNumber")) or text(node.get("transaction_number")),
        where=place(node.get("redeemedAt")) or place(node.get("redeemed_at")),
        raw=node,
    )
