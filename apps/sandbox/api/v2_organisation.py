"""v2: the programmes of the organisation, one till, one setting."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.gates import Gated
from apps.sandbox.catalogue import DEFAULT_PROGRAMME, ORG_ID, PROGRAMMES, STORE_BY_TILL, Programme
from apps.sandbox.control import switches

REVERSAL = "Allow_points_redemption_reversal"


class ProgrammesView(Gated):
    """GET /v2/organization/programs: all of them; the first one joined is the default."""

    gate = "organisation"

    def get(self, request: Request) -> Response:
        """Without partner programmes: there are none here."""
        return Response({"data": [_programme(one) for one in PROGRAMMES], "warnings": [], "errors": []})


class TillView(APIView):
    """GET /v2/organization/till?code=: the only read of a till in v2."""

    def get(self, request: Request) -> Response:
        """Raises Refusal 400 without a code, 404 for one there is not."""
        code = request.query_params.get("code", "")
        if not code:
            raise Refusal(400, "code is needed")
        if code not in STORE_BY_TILL:
            raise Refusal(404)
        till = STORE_BY_TILL[code].till
        return Response(
            {
                "id": till.id,
                "code": till.code,
                "description": "",
                "name": till.name,
                "type": "TILL",
                "adminType": "GENERAL",
                "isActive": True,
                "isOuEnabled": False,
                "timeZoneId": 0,
                "currencyId": 0,
                "languageId": 0,
                "warnings": [],
            }
        )


class ConfigView(APIView):
    """GET /v2/organization/configs/{name}: one setting; only some are told (switch reversal_told)."""

    def get(self, request: Request, name: str) -> Response:
        """Raises Refusal 404 for a setting that is not told."""
        chosen = switches.of(request)
        if name != REVERSAL or chosen.reversal_told == "off":
            raise Refusal(404)
        value = "0" if chosen.reversal == "off" else "1"
        return Response({"entityId": ORG_ID, "keyName": name, "value": value, "scope": "ORG", "warnings": []})


def _programme(one: Programme) -> dict[str, Any]:
    return {
        "programId": one.id,
        "programName": one.title,
        "pointsToCurrencyRatio": one.spending.point_value,
        "programDescription": one.title,
        "partnerPrograms": [],
        "default": one is DEFAULT_PROGRAMME,
    }
