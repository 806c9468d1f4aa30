"""What a customer spent: points and coupons, with what was given back."""

from datetime import date

from apps.capillary.calls import Call
from apps.capillary.parsers.redemptions import parse_redemptions
from apps.capillary.resources.asking import given, who
from apps.capillary.types_points import Redemptions


def history(
    *,
    customer_id: int | None = None,
    mobile: str = "",
    email: str = "",
    external_id: str = "",
    kind: str = "",
    start_date: date | None = None,
    end_date: date | None = None,
    limit: int | None = None,
    points_limit: int | None = None,
    coupons_limit: int | None = None,
    points_start_id: str = "",
    points_end_id: str = "",
    coupons_start_id: str = "",
    coupons_end_id: str = "",
    sort: str = "",
    order: str = "",
    program_id: str = "",
    external_reference_number: str = "",
) -> Call[Redemptions]:
    """Redemptions with their reversals, newest first; `end_date` is exclusive.

    `kind` is POINTS, COUPONS or "" for both; the API takes the limits and the windows of ids only without it.
    `sort` is redemption_id or redeemed_time, `order` asc or desc. `external_reference_number` finds the
    redemption made under our own reference. The API has no filter by till: see `Redemptions.alike`.
    Takes one of mobile, email, external_id and the internal id, which serves customers of every source.
    Raises: BadInput unless one identifier is given; CustomerNotFound.
    Source: API reference v1.1, "customer/redemptions", read 2026-11-23.
    """
    subject = who(id=customer_id, mobile=mobile, email=email, external_id=external_id)
    limits = given(
        limit=limit,
        points_limit=points_limit,
        coupons_limit=coupons_limit,
        points_start_id=points_start_id,
        points_end_id=points_end_id,
        coupons_start_id=coupons_start_id,
        coupons_end_id=coupons_end_id,
    )
    return Call(
        name="v1.1.customer.redemptions",
        method="GET",
        path="/v1.1/customer/redemptions",
        params={
            **subject.params,
            **given(
                type=kind,
                start_date=start_date,
                end_date=end_date,
                mlp=True,
                user_id=True,
                sort=sort,
                order=order,
                programId=program_id,
                external_reference_number=external_reference_number,
            ),
            **({} if kind else limits),
        },
        parse=parse_redemptions,
        dialect="v11",
        entity="points",
        identifiers=subject.identifiers,
        customer_id=subject.customer_id,
    )
