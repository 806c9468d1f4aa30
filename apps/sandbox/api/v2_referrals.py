"""v2: whom a customer invited and who came, inviting more, and whose a referral code is."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.sandbox.api.dates import plain_tenth
from apps.sandbox.api.errors import Refusal, v2_problem
from apps.sandbox.api.hourly import ReferralsAnHour
from apps.sandbox.api.paging import window
from apps.sandbox.api.v2_customers import customer_from_lookup, unmerged
from apps.sandbox.api.v2_profile import brief_profile
from apps.sandbox.api.v2_referrals_add import invited
from apps.sandbox.api.v11_people import people
from apps.sandbox.catalogue import STORE_BY_TILL
from apps.sandbox.control import switches
from apps.sandbox.models import Customer, Referral
from apps.sandbox.referrals.campaigns import CAMPAIGN_BY_TOKEN, codes_of, referrer_of
from apps.sandbox.referrals.reading import Event, events_of, known_person, rewarded


class ReferralsView(APIView):
    """GET and POST /v2/customers/{id}/referrals and /v2/customers/lookup/referrals; POST /v2/customers/referrals.

    Where the organisation has no v2 referrals (switch) it answers 403: v2 is not enabled there.
    """

    throttle_classes = (ReferralsAnHour,)

    def get(self, request: Request, customer_id: int | None = None) -> Response:
        """A row for every campaign the customer has a code in, none of which says which campaign it is.

        total stays 0 beside them, as the sample has it.
        """
        check_switched_on(request)
        customer, warnings = unmerged(request, customer_id or customer_from_lookup(request))
        limit, offset = window(request, default=100)
        data = _rows(customer, bare=switches.of(request).referees == "nulls")
        return Response(
            {
                "pagination": {"limit": limit, "offset": offset, "total": 0},
                "data": data[offset : offset + limit],
                "warnings": warnings,
                "errors": [],
            }
        )

    def post(self, request: Request, customer_id: int | None = None) -> Response:
        """Invite; the customer is the one of the address, or the one the body names."""
        check_switched_on(request)
        if customer_id is None and request.path.endswith("/lookup/referrals"):
            customer_id = customer_from_lookup(request)
        return invited(request, customer_id)


class ValidateView(APIView):
    """GET /v2/referral/validate?code= → {valid, referrer, warnings}.

    Without a sample of an invalid code: valid false, and null for the referrer, whose id is told otherwise.
    A code of a customer merged into another one is not valid, or the survivor's with a warning (switch merged).
    """

    def get(self, request: Request) -> Response:
        """Raises Refusal 400 without a code."""
        check_switched_on(request)
        code = request.query_params.get("code", "").strip()
        if not code:
            raise Refusal(400, "code is needed")
        referrer, warnings = referrer_of(code), list[dict[str, Any]]()
        if referrer is not None and referrer.merged_into is not None:
            told = switches.of(request).merged == "survivor"
            referrer, warnings = (referrer.merged_into, [v2_problem(91009)]) if told else (None, [])
        number = referrer.id if referrer else None
        return Response({"valid": number is not None, "referrer": number, "warnings": warnings})


def check_switched_on(request: Request) -> None:
    """Raises Refusal 403 while the switch says so, 1222 while the referral system fails."""
    chosen = switches.of(request).referrals
    if chosen in ("v11", "off"):
        raise Refusal(403)
    if chosen == "failing":
        raise Refusal(1222)


def _rows(customer: Customer, *, bare: bool) -> list[dict[str, Any]]:
    profiles = [
        brief_profile(row) for row in customer.profiles.prefetch_related("identifiers").order_by("id")
    ]
    invitations = list(customer.invitations.order_by("-invited_at", "-id").select_related("referrer_coupon"))
    return [
        {
            "customer": {"id": customer.id, "profiles": profiles},
            "referralCode": code,
            "invitees": [_invitee(row) for row in mine],
            "referee": _referees(events_of(mine), bare=bare),
            "incentives": [] if bare else [_incentive(row) for row in rewarded(mine)],
        }
        for token, code in codes_of(customer).items()
        if token in CAMPAIGN_BY_TOKEN
        for mine in [[row for row in invitations if row.campaign_token == token]]
    ]


def _invitee(row: Referral) -> dict[str, Any]:
    till = STORE_BY_TILL[row.till_code].till
    return {
        "type": row.type,
        "identifier": row.identifier,
        "invitedOn": plain_tenth(row.invited_at),
        "till": {"code": till.code, "name": till.name},
    }


def _referees(events: list[Event], *, bare: bool) -> list[dict[str, Any]]:
    known = people(event.customer for event in events)
    return [_referee(event, known[event.customer.id], hidden=bare or event.row.hidden) for event in events]


def _referee(event: Event, names: dict[str, str], *, hidden: bool) -> dict[str, Any]:
    """email and externalId only where there are some; nulls for a hidden one, the id too."""
    who = known_person(names, hidden=hidden)
    optional = {"email": who["email"], "externalId": who["external_id"]}
    return {
        "eventType": event.type,
        "userId": None if hidden else event.customer.id,
        "firstName": who["firstname"],
        "lastName": who["lastname"],
        "mobile": who["mobile"],
        "addedOn": plain_tenth(event.at),
        **{name: value for name, value in optional.items() if value},
    }


def _incentive(row: Referral) -> dict[str, Any]:
    """The look-alike's own shape: the reference shows none but an empty list."""
    coupon = row.referrer_coupon
    return {
        "type": "COUPON",
        "code": coupon.code if coupon else "",
        "seriesId": coupon.series_id if coupon else None,
        "issuedOn": plain_tenth(row.rewarded_at or row.invited_at),
        "userId": None if row.hidden else row.referee_id,
    }
