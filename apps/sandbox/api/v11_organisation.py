"""v1.1: organization/get."""

from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api.gates import Gated
from apps.sandbox.api.v11_envelope import V11View, overall, reply
from apps.sandbox.api.wire import Envelope
from apps.sandbox.catalogue import ORG_ID, ORG_NAME

_PROFILE = {
    "id": str(ORG_ID),
    "name": ORG_NAME,
    "address": "",
    "language": "English",
    "currency": "INR",
    "timezone": "Asia/Kolkata",
    "timezone_offset": "UTC+05:30",
    "min_sms_hour": "9",
    "max_sms_hour": "21",
    "logo": "",
    "website": "",
    "country": "India",
    "country_code": "91",
    "state": "",
    "city": "",
    "locality": "",
    "pincode": "",
}


class OrganisationView(Gated, V11View):
    """GET /v1.1/organization/get: who the organisation is, everything as text."""

    gate = "organisation"

    def get(self, request: Request, format: str | None = None) -> Response:
        """The profile."""
        tree = {"status": overall(1, []), "organization": dict(_PROFILE)}
        return reply(request, Envelope(tree), 1, [])
