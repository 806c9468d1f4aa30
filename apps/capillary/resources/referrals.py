"""Whom a customer invited, and who came."""

from datetime import date

from apps.capillary.calls import Call
from apps.capillary.parsers.referrals import parse_referrals, parse_statistics
from apps.capillary.resources.asking import given, who
from apps.capillary.types_activity import Referrals


def get(*, customer_id: int) -> Call[tuple[Referrals, ...]]:
    """Referral codes of the customer with invited and arrived people; empty when there are none.

    The outside allows 1000 of these per hour.
    Source: API reference v2, "Get Customer Referrals", read 2026-11-23.
    """
    return Call(
        name="v2.customers.referrals",
        method="GET",
        path=f"/v2/customers/{int(customer_id)}/referrals",
        parse=parse_referrals,
        dialect="v2",
        customer_id=str(customer_id),
    )


def statistics(
    *,
    customer_id: int | None = None,
    mobile: str = "",
    email: str = "",
    external_id: str = "",
    campaign_token: str = "",
    store_code: str = "all",
    start_date: date | None = None,
    end_date: date | None = None,
) -> Call[Referrals]:
    """Referrals of one campaign (the default one when no token is given) with the incentives earned.

    Raises: BadInput unless one identifier is given; CustomerNotFound; Rejected (1202 to 1206).
    Source: API reference v1.1, "customer/referrals", read 2026-11-23.
    """
    subject = who(id=customer_id, mobile=mobile, email=email, external_id=external_id)
    return Call(
        name="v1.1.customer.referrals",
        method="GET",
        path="/v1.1/customer/referrals",
        params={
            **subject.params,
            **given(
                campaign_token=campaign_token,
                store_code=store_code,
                start_date=start_date,
                end_date=end_date,
            ),
        },
        parse=parse_statistics,
        dialect="v11",
        identifiers=subject.identifiers,
        customer_id=subject.customer_id,
    )
