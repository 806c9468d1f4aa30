"""v1.1: request/approve and request/reject, for goodwill alone."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api.auth import caller_of
from apps.sandbox.api.dates import iso
from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.gates import Gated
from apps.sandbox.api.v11_body import listed, text
from apps.sandbox.api.v11_envelope import V11View, item_status, overall, reply, rows
from apps.sandbox.api.v11_people import person, requesters
from apps.sandbox.api.wire import Envelope
from apps.sandbox.control import switches
from apps.sandbox.goodwill.asking import kind_of, points_of
from apps.sandbox.goodwill.deciding import Decision, approve, reject
from apps.sandbox.models import GoodwillRequest

Shapes = list[dict[str, Any]]
_LARGEST_BATCH = 50


class ApproveView(Gated, V11View):
    """POST /v1.1/request/approve.

    What is approved comes back under its kind, without any status and without its id. What cannot be approved
    is not shown by the reference: it gets an item_status under "request", as request/reject has it, and the
    whole then has a status.
    """

    gate = "requests"

    def post(self, request: Request, format: str | None = None) -> Response:
        """Approve what the body lists, wholly or with the smaller amount in points."""
        approved, refused, failures = _decided(request, approve)
        count = len(approved) + len(refused)
        groups: dict[str, Any] = {}
        if approved:
            groups["goodwill"] = rows([_approved(row) for row in approved], single=True)
        if refused:
            groups["request"] = rows(refused, single=True)
        status = {"status": overall(count, failures)} if failures else {}
        envelope = Envelope({**status, "requests": groups}, json_without_empty=frozenset({"reply"}))
        return reply(request, envelope, count, failures)


class RejectView(Gated, V11View):
    """POST /v1.1/request/reject: the ordinary envelope, everything as text."""

    gate = "requests"

    def post(self, request: Request, format: str | None = None) -> Response:
        """Reject what the body lists."""
        rejected, refused, failures = _decided(request, reject)
        items = [_rejected(row) for row in rejected] + refused
        tree = {"status": overall(len(items), failures), "requests": {"request": rows(items, single=True)}}
        return reply(request, Envelope(tree), len(items), failures)


def _decided(
    request: Request, decide: Callable[[Decision], GoodwillRequest]
) -> tuple[list[GoodwillRequest], Shapes, list[int]]:
    bodies = listed(request.data, "request")
    if len(bodies) > _LARGEST_BATCH:
        raise Refusal(1060)
    done: list[GoodwillRequest] = []
    refused: Shapes = []
    failures: list[int] = []
    for body in bodies:
        try:
            done.append(decide(_decision(request, body)))
        except Refusal as error:
            failures.append(error.code)
            refused.append(_refused(body, error))
    return done, refused, failures


def _decision(request: Request, body: dict[str, Any]) -> Decision:
    number = text(body, "id").strip()
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Refusal(9001)
    kind = kind_of(text(body, "type"), text(body, "base_type"))
    caller, chosen = caller_of(request), switches.of(request)
    return Decision(
        request_id=int(number),
        by=caller.store.till.code if caller else "",
        base_type=kind,
        ip=str(request.META.get("REMOTE_ADDR", "")),
        comments=text(body, "updated_comments"),
        points=_points(body, kind),
        merged=chosen.merged,
        how=chosen.goodwill,
    )


def _points(body: dict[str, Any], kind: str) -> Decimal | None:
    written = text(body, "points")
    return points_of(written) if kind == "POINTS" and written else None


def _approved(row: GoodwillRequest) -> dict[str, Any]:
    who = requesters([row.customer])[row.customer_id]
    return {
        "type": row.type,
        "reason": row.reason,
        "comments": row.comments,
        "updated_comments": row.updated_comments,
        "status": row.status,
        "customer": {name: value for name, value in who.items() if name != "fraud_status"},
        "reply": "",
        "added_on": iso(row.added_at),
        "last_action_on": iso(row.updated_at),
    }


def _rejected(row: GoodwillRequest) -> dict[str, Any]:
    names = person(row.customer)
    return {
        "id": str(row.id),
        "type": "GOODWILL",
        "base_type": row.type,
        "status": row.status,
        # Shown for a changed identifier; request/add answers goodwill with the mobile and nothing.
        "old_value": names["mobile"],
        "new_value": "",
        "item_status": item_status(9000, "Request updated successfully"),
    }


def _refused(body: dict[str, Any], error: Refusal) -> dict[str, Any]:
    named = {name: text(body, name) for name in ("id", "type", "base_type")}
    return {**named, "item_status": item_status(error.code, error.message, success=False)}
