"""Goodwill requests as the outside keeps them."""

from apps.capillary.calls import Call
from apps.capillary.parsers.goodwill import parse_goodwill
from apps.capillary.resources.asking import given
from apps.capillary.types_points import GoodwillPage


def requests(*, customer_id: int, request_id: str = "", program_id: str = "") -> Call[GoodwillPage]:
    """The customer's goodwill requests, in the API's order.

    Source: API reference v2, "Get Customer Goodwill Requests", read 2026-11-23.
    """
    return Call(
        name="v2.customers.goodwill_requests",
        method="GET",
        path=f"/v2/customers/{int(customer_id)}/goodwillRequest",
        params=given(requestId=request_id, programId=program_id),
        parse=parse_goodwill,
        dialect="v2",
        entity="request",
        customer_id=str(customer_id),
    )
