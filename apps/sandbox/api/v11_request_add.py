"""v1.1: request/add, for goodwill alone."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api.auth import caller_of
from apps.sandbox.api.dates import plain
from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.gates import Gated
from apps.sandbox.api.v11_body import listed, member, named_customer, sent, text
from apps.sandbox.api.v11_envelope import V11View, flag, item_status, overall, reply, rows
from apps.sandbox.api.v11_people import person
from apps.sandbox.api.wire import Envelope
from apps.sandbox.control import switches
from apps.sandbox.goodwill.asking import Wish, file_request, kind_of, points_of, receiver_of
from apps.sandbox.goodwill.deciding import Decision, approve
from apps.sandbox.models import Customer, GoodwillRequest

_IDENTIFIERS = ("id", "mobile", "email", "external_id")
_LARGEST_BATCH = 50


class AddView(Gated, V11View):
    """POST /v1.1/request/add[?program_id=&client_auto_approve=&is_one_step_change=].

    Real booleans and numbers, a list even for one, and of what was sent only type and base type come back.
    The reference has no codes for a request that cannot be filed; those of goodwill.asking are this
    look-alike's, in the item_status, with the identifiers as sent. Other kinds than goodwill are refused (9003).
    """

    gate = "requests"

    def post(self, request: Request, format: str | None = None) -> Response:
        """File what the body lists; each item gets its own status."""
        bodies = listed(request.data, "request")
        if len(bodies) > _LARGEST_BATCH:
            raise Refusal(1060)
        items: list[dict[str, Any]] = []
        failures: list[int] = []
        for body in bodies:
            try:
                items.append(_filed(request, body))
            except Refusal as error:
                failures.append(error.code)
                items.append(_refused(body, error))
        status = overall(len(items), failures, style="native", message="SUCCESS")
        tree = {"status": status, "requests": {"request": rows(items, single=False)}}
        return reply(request, Envelope(tree, xml="converted"), len(items), failures)


def _filed(request: Request, body: dict[str, Any]) -> dict[str, Any]:
    chosen = switches.of(request)
    asked = named_customer(member(body, "customer"), _IDENTIFIERS)
    customer = receiver_of(asked, chosen.merged)
    row = file_request(_wish(request, body, customer), unique_reference=chosen.unique_refs == "on")
    if row.approval_type == GoodwillRequest.Approval.CLIENT:
        address = str(request.META.get("REMOTE_ADDR", ""))
        row = approve(Decision(row.id, row.added_by, ip=address, merged="survivor", how=chosen.goodwill))
    warnings = {"warnings": {"warning": ["91009"]}} if asked.merged_into_id else {}
    return {
        **_shape(row, customer),
        "item_status": {**item_status(9100, "Goodwill request added successfully", text=False), **warnings},
    }


def _wish(request: Request, body: dict[str, Any], customer: Customer) -> Wish:
    kind = kind_of(text(body, "type"), text(body, "base_type"))
    caller, programme = caller_of(request), request.query_params.get("program_id", "")
    by_client = flag(request, "client_auto_approve")
    return Wish(
        customer=customer,
        kind=kind,
        till_code=caller.store.till.code if caller else "",
        points=points_of(text(body, "points")) if kind == "POINTS" else Wish.points,
        series_id=_number(text(body, "series_id"), wrong=707) if kind == "COUPON" else None,
        programme_id=_number(programme, wrong=1101) if programme else None,
        reason=text(body, "reason"),
        comments=text(body, "comments"),
        reference_id=text(body, "reference_id"),
        one_step=flag(request, "is_one_step_change"),
        approval_type=GoodwillRequest.Approval.CLIENT if by_client else Wish.approval_type,
    )


def _number(written: str, *, wrong: int) -> int:
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        raise Refusal(wrong)
    return int(written)


def _shape(row: GoodwillRequest, customer: Customer) -> dict[str, Any]:
    names = person(customer)
    known = names["external_id"] if names["external_id"] != "None" else None
    return {
        "reference_id": None,
        "id": str(row.id),
        "status": row.status,
        "requested_on": plain(row.added_at),
        "type": "GOODWILL",
        "base_type": row.type,
        "customer": {
            "firstname": names["firstname"],
            "lastname": names["lastname"] or None,
            "email": names["email"],
            "mobile": names["mobile"],
            "external_id": known,
            "id": customer.id,
        },
        "old_value": names["mobile"],
        "new_value": "",
        "old_type": "",
        "new_type": "",
        "misc_info": None,
        "transaction_id": "0",
        "reason": "",
        "comments": "",
    }


def _refused(body: dict[str, Any], error: Refusal) -> dict[str, Any]:
    return {
        "reference_id": None,
        "type": text(body, "type"),
        "base_type": text(body, "base_type"),
        "customer": sent(member(body, "customer"), _IDENTIFIERS),
        "item_status": item_status(error.code, error.message, success=False, text=False),
    }
