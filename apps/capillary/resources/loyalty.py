"""Points and tier of a customer, programme by programme."""

from apps.capillary.calls import Call
from apps.capillary.parsers.points import parse_loyalty_details
from apps.capillary.resources.asking import given
from apps.capillary.types_points import PointsBalance


def details(*, customer_id: int, program_id: str = "") -> Call[tuple[PointsBalance, ...]]:
    """One balance per loyalty programme, in the API's order; empty when the customer is in none.

    Raises: CustomerMerged, CustomerNotFound, Rejected.
    Source: API reference v2, "Fetch Customer Loyalty Details", read 2026-11-23.
    """
    return Call(
        name="v2.customers.loyalty_details",
        method="GET",
        path=f"/v2/customers/{int(customer_id)}/loyaltyDetails",
        params=given(programId=program_id),
        parse=parse_loyalty_details,
        dialect="v2",
        customer_id=str(customer_id),
    )
