"""The coupons of a customer, as three endpoints tell them, and the series coupons come from."""

from collections.abc import Sequence
from datetime import date

from apps.capillary.calls import Call
from apps.capillary.parsers.coupons import parse_coupons_basic, parse_coupons_detailed, parse_coupons_v11
from apps.capillary.parsers.series import parse_series
from apps.capillary.resources.asking import given, who
from apps.capillary.types_activity import CouponPage
from apps.capillary.types_coupons import CouponSeries


def detailed(*, customer_id: int) -> Call[CouponPage]:
    """All coupons with their series; not paginated.

    Source: API reference v2, "Get Customer Coupons (Detailed)", read 2026-11-23.
    """
    return Call(
        name="v2.customers.coupons",
        method="GET",
        path=f"/v2/customers/{int(customer_id)}/coupons",
        parse=parse_coupons_detailed,
        dialect="v2",
        entity="coupon",
        customer_id=str(customer_id),
    )


def basic(*, customer_id: int, status: str = "") -> Call[CouponPage]:
    """Coupons with their redemptions.

    `status` is Active, Redeemed, Unexpired, Unredeemed, Active_Redeemed, Active_Unredeemed,
    Expired_Redeemed, Expired_Unredeemed or "" for all.
    Source: API reference v2, "Get Customer Coupons (Basic)", read 2026-11-23.
    """
    return Call(
        name="v2.customers.coupons_basic",
        method="GET",
        path="/v2/customers/coupons",
        params=given(id=customer_id, status=status),
        parse=parse_coupons_basic,
        dialect="v2",
        entity="coupon",
        customer_id=str(customer_id),
    )


def history(
    *,
    customer_id: int | None = None,
    mobile: str = "",
    email: str = "",
    external_id: str = "",
    status: str = "",
    start_date: date | None = None,
    end_date: date | None = None,
    order_by: str = "created_date",
    sort_order: str = "desc",
    limit: int | None = None,
) -> Call[CouponPage]:
    """Coupons issued or redeemed from `start_date` and before `end_date`.

    `status` is unredeemed, redeemed, expired, active (by expiry date only) or "" for all.
    Raises: BadInput unless one identifier is given; CustomerNotFound.
    Source: API reference v1.1, "customer/coupons", read 2026-11-23.
    """
    subject = who(id=customer_id, mobile=mobile, email=email, external_id=external_id)
    return Call(
        name="v1.1.customer.coupons",
        method="GET",
        path="/v1.1/customer/coupons",
        params={
            **subject.params,
            **given(
                status=status,
                start_date=start_date,
                end_date=end_date,
                order_by=order_by,
                sort_order=sort_order,
                limit=limit,
            ),
        },
        parse=parse_coupons_v11,
        dialect="v11",
        identifiers=subject.identifiers,
        customer_id=subject.customer_id,
    )


def series(*, series_ids: Sequence[str] = (), expired: str = "") -> Call[tuple[CouponSeries, ...]]:
    """The coupon series of the organisation, all of them unless some are named.

    `expired` is true, false, extended or "" for all. Series the API refuses are left out while others are
    there. No field tells which series may be given as goodwill.
    Raises: Rejected (707) when none of those named is known.
    Source: API reference v1.1, "coupon/series", read 2026-11-23.
    """
    return Call(
        name="v1.1.coupon.series",
        method="GET",
        path="/v1.1/coupon/series",
        params=given(id=",".join(map(str, series_ids)), expired=expired),
        parse=parse_series,
        dialect="v11",
        entity="coupon",
    )
