"""v1.1: points/redeem."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api.dates import INDIA, parse_filter
from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.v11_body import listed, member, sent, text
from apps.sandbox.api.v11_envelope import V11View, flag, item_status, overall, reply, rows
from apps.sandbox.api.v11_people import person
from apps.sandbox.api.v11_points import text as written
from apps.sandbox.api.v11_points_who import (
    CARDS_TOO,
    caller_store,
    customer_in,
    forced,
    no_crossing,
    no_groups,
)
from apps.sandbox.api.wire import Code, Envelope, Success
from apps.sandbox.catalogue import STORES, Store
from apps.sandbox.control import switches
from apps.sandbox.models import Transaction
from apps.sandbox.points.redeeming import Mode, Purchase, Redeemed, redeem
from apps.sandbox.points.rules import points_of, programme_of


class RedeemView(V11View):
    """POST /v1.1/points/redeem[?program_id=&validation_type=&skip_validation=].

    One redemption a call (1060): the reference says no batch, though the body is a list. A code is needed unless
    skip_validation=true or validation_type=MISSED_CALL is sent. custom_fields and billing_time are taken and
    shown nowhere; till_id is the id or code of a till, empty for the caller's (888 for another word).
    """

    def post(self, request: Request, format: str | None = None) -> Response:
        """Redeem what the body says, as an object or a list of one, with one root or two."""
        bodies = listed(_one_root(request.data), "redeem")
        if len(bodies) > 1:
            raise Refusal(1060)
        failures: list[int] = []
        try:
            item = _done(request, redeem(_purchase(request, bodies[0]), switches.of(request)))
        except Refusal as error:
            failures.append(error.code)
            item = _refused(bodies[0], error)
        tree = {
            "status": overall(1, failures, style="mixed", message="SUCCESS"),
            "responses": {"points": rows([item], single=True)},
        }
        return reply(request, Envelope(tree, xml="converted"), 1, failures)


def _one_root(data: Any) -> Any:
    # XML bodies are documented with two roots and arrive here with one; callers write JSON after them.
    inner = member(member(data, "root"), "root")
    return {"root": inner} if inner is not None else data


def _purchase(request: Request, body: dict[str, Any]) -> Purchase:
    customer = customer_in(request, member(body, "customer"), CARDS_TOO)
    forced(switches.of(request).redeem)
    no_groups(request)
    across = text(body, "group_redemption").lower() in ("true", "1")
    no_crossing(request, across=across)
    return Purchase(
        customer=customer,
        points=points_of(text(body, "points_redeemed")),
        store=_store(request, text(body, "till_id")),
        programme_id=programme_of(request.query_params.get("program_id", "")),
        across=across,
        mode=_mode(request),
        code=text(body, "validation_code").strip(),
        at=_moment(text(body, "redemption_time")),
        transaction_number=text(body, "transaction_number"),
        external_reference=text(body, "external_reference_number"),
        notes=text(body, "notes")[:200],
        purpose=text(body, "redemption_purpose")[:100],
    )


def _mode(request: Request) -> str:
    way = request.query_params.get("validation_type", "").upper()
    if way not in ("", "SMS", "MISSED_CALL"):
        raise Refusal(400, "validation_type is not valid")
    if flag(request, "skip_validation"):
        return Mode.SKIPPED
    return Mode.MISSED_CALL if way == "MISSED_CALL" else Mode.CODE


def _store(request: Request, till: str) -> Store:
    if not till:
        return caller_store(request)
    store = next((store for store in STORES if till in (store.till.code, str(store.till.id))), None)
    if store is None:
        raise Refusal(888, "The till is not one of the organization")
    return store


def _moment(sent_text: str) -> datetime | None:
    """The table writes the hour with dashes, the sample with colons. Raises Refusal 859."""
    if not sent_text:
        return None
    try:
        return datetime.strptime(sent_text.strip(), "%Y-%m-%d %H-%M-%S").replace(tzinfo=INDIA)
    except ValueError:
        pass
    try:
        return parse_filter(sent_text)
    except ValueError as error:
        raise Refusal(859) from error


def _done(request: Request, done: Redeemed) -> dict[str, Any]:
    row, names = done.row, person(done.row.customer)
    bill = Transaction.objects.filter(customer=row.customer, number=row.transaction_number).first()
    return {
        "mobile": names["mobile"],
        "email": names["email"],
        "external_id": "" if names["external_id"] == "None" else names["external_id"],
        "user_id": str(row.customer_id),
        "redemption_id": row.code,
        "points_redeemed": written(row.points),
        "redeemed_value": _whole(done.offer.value),
        "redeemed_local_value": _whole(done.offer.value),
        "balance": _whole(done.balance),
        "side_effects": {"effect": rows([_effect(done, bill)], single=False)},
        "item_status": _status(800, "Points redeemed successfully"),
    }


def _effect(done: Redeemed, bill: Transaction | None) -> dict[str, Any]:
    row = done.row
    return {
        "id": row.id,
        "case_value": "false",
        "num_points": _whole(row.points),
        "currency_value": _whole(done.offer.value),
        "validation_code": row.validation_code,
        "points_redemption_summary_id": str(row.id),
        "redeemed_on_bill_number": row.transaction_number,
        "redeemed_on_bill_id": bill.id if bill else -1,
        "type": "points",
    }


def _refused(body: dict[str, Any], error: Refusal) -> dict[str, Any]:
    return {
        **sent(member(body, "customer"), CARDS_TOO),
        "points_redeemed": text(body, "points_redeemed"),
        "item_status": _status(error.code, error.message, success=False),
    }


def _status(code: int, message: str, *, success: bool = True) -> dict[str, Any]:
    """Success as text beside a code as a number, as this endpoint prints both its statuses."""
    return {**item_status(code, message), "success": Success(success), "code": Code(code, False)}


def _whole(value: Decimal) -> Any:
    return int(value) if value == value.to_integral_value() else value
