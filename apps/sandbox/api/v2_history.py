"""v2: loyalty details and status log."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.sandbox.api.dates import day, iso
from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.identifiers import find, place_of
from apps.sandbox.api.v2_customers import customer_or_refusal, unmerged
from apps.sandbox.api.v2_points import loyalty_rows
from apps.sandbox.models import StatusChange


def data_reply(rows: list[dict[str, Any]], warnings: list[dict[str, Any]]) -> Response:
    """{data, warnings, errors}"""
    return Response({"data": rows, "warnings": warnings, "errors": []})


class LoyaltyDetailsView(APIView):
    """GET /v2/customers/{id}/loyaltyDetails and /v2/customers/lookup/loyaltyDetails."""

    def get(self, request: Request, customer_id: int | None = None) -> Response:
        """One row per programme; programId narrows."""
        customer, warnings = unmerged(request, customer_id or _by_identifier(request))
        text = request.query_params.get("programId", "")
        if text and not text.isdigit():
            raise Refusal(400, "programId is not a number")
        if customer.loyalty_type == "non_loyalty":
            raise Refusal(8089, "The customer is not in the loyalty program")
        return data_reply(loyalty_rows(customer, int(text) if text else None), warnings)


class StatusLogView(APIView):
    """GET /v2/customers/{id}/statusLog: oldest first, only the newest active."""

    def get(self, request: Request, customer_id: int) -> Response:
        """All steps."""
        # A merged customer keeps its own log: it is where the merge can be seen.
        changes = list(customer_or_refusal(customer_id).status_changes.order_by("at", "id"))
        return data_reply([_status_row(changes, index) for index in range(len(changes))], [])


def _by_identifier(request: Request) -> int:
    query = request.query_params
    if query.get("identifierName") == "id":
        value = query.get("identifierValue", "")
        if not value.isdigit():
            raise Refusal(8013)
        return customer_or_refusal(int(value)).id
    place = place_of(query.get("source"), query.get("accountId"))
    return find(query.get("identifierName", ""), query.get("identifierValue", ""), place)


def _status_row(changes: list[StatusChange], index: int) -> dict[str, Any]:
    change = changes[index]
    row = {
        "createdByUser": change.by,
        "reason": change.reason,
        "createdBy": 75000,
        "actions": [],
        "autoUpdateTime": day(change.at),
        "createdOn": iso(change.at),
        "entityId": change.customer_id,
        "isActive": index == len(changes) - 1,
        "label": change.label,
        "status": change.status,
    }
    return row | ({"prevLabel": changes[index - 1].label} if index else {})
