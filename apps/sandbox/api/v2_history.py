"""v2: loyalty details, status log, goodwill requests."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.sandbox.api.dates import day, iso
from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.identifiers import find, place_of
from apps.sandbox.api.paging import window
from apps.sandbox.api.v2_customers import customer_or_refusal, unmerged
from apps.sandbox.api.v2_points import loyalty_rows
from apps.sandbox.models import Customer, GoodwillRequest, StatusChange


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


class GoodwillView(APIView):
    """GET /v2/customers/{id}/goodwillRequest: newest first."""

    def get(self, request: Request, customer_id: int) -> Response:
        """A page; requestId, is_one_step_change and programId narrow."""
        customer, warnings = unmerged(request, customer_id)
        limit, offset = window(request, default=100)
        rows = _narrowed(request, customer)
        return Response(
            {
                "pagination": {"limit": limit, "offset": offset, "total": len(rows)},
                "data": [_goodwill_row(row) for row in rows[offset : offset + limit]],
                "warnings": warnings,
                "errors": [],
            }
        )


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


def _narrowed(request: Request, customer: Customer) -> list[GoodwillRequest]:
    query, rows = request.query_params, customer.goodwill_requests.order_by("-added_at", "-id")
    if request_id := query.get("requestId"):
        rows = rows.filter(id=int(request_id) if request_id.isdigit() else -1)
    if programme := query.get("programId"):
        rows = rows.filter(programme_id=int(programme) if programme.isdigit() else -1)
    if one_step := query.get("is_one_step_change"):
        rows = rows.filter(one_step=one_step.lower() == "true")
    return list(rows)


def _goodwill_row(row: GoodwillRequest) -> dict[str, Any]:
    by = _admin(row.added_by)
    people = (
        {"addedBy": by, "updatedBy": by, "enteredBy": by} if row.status != "PENDING" else {"enteredBy": by}
    )
    approved: dict[str, Any] = {}
    if row.status == "APPROVED":
        approved = {"approvedValue": f"{row.approved_value.normalize():f}"}
    comments = {"updatedComments": row.updated_comments} if row.updated_comments else {}
    return {
        "id": row.id,
        "addedOn": iso(row.added_at),
        "updatedOn": iso(row.updated_at),
        "userId": row.customer_id,
        "requestId": row.id,
        "goodwillType": row.type,
        "goodwillStatus": row.status,
        "comments": row.comments,
        "reason": row.reason,
        "oneStep": row.one_step,
        **approved,
        **comments,
        **people,
    }


def _admin(name: str) -> dict[str, Any]:
    return {
        "id": 75000,
        "code": name,
        "description": "",
        "name": name,
        "type": "ADMIN_USER",
        "adminType": "GENERAL",
        "isActive": True,
        "isOuEnabled": False,
        "timeZoneId": 0,
        "currencyId": 0,
        "languageId": 0,
    }
