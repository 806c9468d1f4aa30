"""v2: whom a customer invited and who came."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.sandbox.api.dates import plain_tenth
from apps.sandbox.api.paging import window
from apps.sandbox.api.v2_customers import customer_from_lookup, unmerged
from apps.sandbox.api.v2_profile import brief_profile
from apps.sandbox.catalogue import STORE_BY_TILL
from apps.sandbox.models import Customer, Referral


class ReferralsView(APIView):
    """GET /v2/customers/{id}/referrals and /v2/customers/lookup/referrals."""

    def get(self, request: Request, customer_id: int | None = None) -> Response:
        """One row for the customer; total stays 0 beside it, as the sample has it."""
        customer, warnings = unmerged(request, customer_id or customer_from_lookup(request))
        limit, offset = window(request, default=100)
        return Response(
            {
                "pagination": {"limit": limit, "offset": offset, "total": 0},
                "data": [_row(customer)],
                "warnings": warnings,
                "errors": [],
            }
        )


def _row(customer: Customer) -> dict[str, Any]:
    invitations = list(customer.invitations.order_by("-invited_at", "-id").select_related("referee"))
    profiles = customer.profiles.prefetch_related("identifiers").order_by("id")
    return {
        "customer": {"id": customer.id, "profiles": [brief_profile(profile) for profile in profiles]},
        "referralCode": customer.referral_code,
        "invitees": [_invitee(row) for row in invitations],
        "referee": [_referee(row) for row in invitations if row.referee_id],
        "incentives": [],
    }


def _invitee(row: Referral) -> dict[str, Any]:
    till = STORE_BY_TILL[row.till_code].till
    return {
        "type": row.type,
        "identifier": row.identifier,
        "invitedOn": plain_tenth(row.invited_at),
        "till": {"code": till.code, "name": till.name},
    }


def _referee(row: Referral) -> dict[str, Any]:
    first, _, last = row.name.partition(" ")
    key = "mobile" if row.type == "MOBILE" else "email"
    return {
        "eventType": "REGISTRATION",
        "userId": row.referee_id,
        "firstName": first,
        "lastName": last,
        key: row.identifier,
        "addedOn": plain_tenth(row.joined_at or row.invited_at),
    }
