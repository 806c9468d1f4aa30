"""v2: goodwill requests of a customer, over the rows that v1.1 files and decides."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api.dates import iso
from apps.sandbox.api.gates import Gated
from apps.sandbox.api.paging import number, window
from apps.sandbox.api.v2_customers import unmerged
from apps.sandbox.catalogue import STORE_BY_TILL
from apps.sandbox.models import Customer, GoodwillRequest

_FLAGS = ("is_one_step_change", "autoApprove")
Approval = GoodwillRequest.Approval


class GoodwillView(Gated):
    """GET /v2/customers/{id}/goodwillRequest: newest first.

    No row says what was asked for, as no sample does; approvedValue tells what was given, in points alone.
    """

    gate = "requests"

    def get(self, request: Request, customer_id: int) -> Response:
        """A page; requestId, programId, is_one_step_change and autoApprove narrow."""
        customer, warnings = unmerged(request, customer_id)
        limit, offset = window(request, default=100)
        rows = _narrowed(request, customer)
        return Response(
            {
                "pagination": {"limit": limit, "offset": offset, "total": len(rows)},
                "data": [_row(row) for row in rows[offset : offset + limit]],
                "warnings": warnings,
                "errors": [],
            }
        )


def _narrowed(request: Request, customer: Customer) -> list[GoodwillRequest]:
    query, rows = request.query_params, customer.goodwill_requests.order_by("-added_at", "-id")
    if query.get("requestId"):
        rows = rows.filter(id=number(request, "requestId", 0))
    if query.get("programId"):
        rows = rows.filter(programme_id=number(request, "programId", 0))
    one_step, by_client = (query.get(name, "").lower() for name in _FLAGS)
    if one_step:
        rows = rows.filter(one_step=one_step == "true")
    if by_client:
        automatic = (Approval.CLIENT, Approval.CONFIG)
        rows = (
            rows.filter(approval_type__in=automatic)
            if by_client == "true"
            else rows.exclude(approval_type__in=automatic)
        )
    return list(rows)


def _row(row: GoodwillRequest) -> dict[str, Any]:
    added, people = _entity(row.added_by), dict[str, Any]()
    if row.status != GoodwillRequest.Status.PENDING:
        people = {"addedBy": added, "updatedBy": _entity(row.updated_by)}
    granted = {"approvedValue": f"{row.approved_value.normalize():f}"} if row.approved_value else {}
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
        **granted,
        **comments,
        **people,
        "enteredBy": added,
    }


def _entity(code: str) -> dict[str, Any]:
    store = STORE_BY_TILL.get(code)
    return {
        "id": store.till.id if store else 75000,
        "code": code,
        "description": "",
        "name": store.till.name if store else code,
        "type": "TILL" if store else "ADMIN_USER",
        "adminType": "GENERAL",
        "isActive": True,
        "isOuEnabled": False,
        "timeZoneId": 0,
        "currencyId": 0,
        "languageId": 0,
    }
