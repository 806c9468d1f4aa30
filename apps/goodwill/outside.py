"""What the outside says of a request: the calls that carry it, and its row when it is read again."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from apps.capillary.calls import Call
from apps.capillary.client import Client
from apps.capillary.resources import requests
from apps.capillary.types_customer import FraudDetails
from apps.capillary.types_requests import Kind as OutsideKind
from apps.capillary.types_requests import RequestLog, RequestRow
from apps.goodwill.models import GoodwillRequest, Kind, OutsideAct

PENDING, APPROVED, REJECTED = "PENDING", "APPROVED", "REJECTED"
# The reference writes COUPON in the sample of asking and COUPONS in the tables of deciding.
WORD_IN_ADD: dict[str, OutsideKind] = {Kind.POINTS: "POINTS", Kind.COUPON: "COUPON"}
WORD_IN_DECISION: dict[str, OutsideKind] = {Kind.POINTS: "POINTS", Kind.COUPON: "COUPONS"}
LONGEST_COMMENT = 240


@dataclass(frozen=True, slots=True)
class Standing:
    """How a request stands outside at one moment. value is what was approved, None while it is not told."""

    id: str
    status: str
    value: Decimal | None
    comments: str
    updated_comments: str
    by: str
    at: datetime | None
    fraud: str = ""


def standing_of(row: RequestRow) -> Standing:
    """The parts of a listed row that matter here."""
    return Standing(
        id=row.id,
        status=row.status.upper(),
        value=row.approved_value if row.approved_value else None,
        comments=row.comments,
        updated_comments=row.updated_comments,
        by=str(row.updated_by or ""),
        at=row.last_action_at,
        fraud=fraud_word(row.customer.fraud_status),
    )


def standing_of_log(row: RequestLog) -> Standing:
    """The same of a row of the logs."""
    step = row.updated
    who = (step.user or step.till or step.store) if step else None
    return Standing(
        id=row.id,
        status=row.status.upper(),
        value=row.approved_value if row.approved_value else None,
        comments=row.comments,
        updated_comments=row.updated_comments,
        by=str(who or ""),
        at=step.at if step else None,
    )


def fraud_word(status: str) -> str:
    """The outside's word for a fraud mark, "" for innocence."""
    return status.upper() if FraudDetails(status).is_marked else ""


def listing_call(request: GoodwillRequest) -> Call[Any]:
    """The call that reads this one request again."""
    number = int(request.outside_id)
    return requests.listing(start_id=number, end_id=number, limit=1)


def read_standing(client: Client, request: GoodwillRequest) -> Standing | None:
    """How the request stands outside, None when the outside does not list it. Raises CapillaryError."""
    return listed(client.send(listing_call(request)).rows, request.outside_id)


def listed(rows: tuple[RequestRow, ...], outside_id: str) -> Standing | None:
    """The row of this id among those answered."""
    return next((standing_of(row) for row in rows if row.id == outside_id), None)


def mark_of(act: OutsideAct) -> str:
    """The short sign in the comments by which an act is recognised as ours."""
    return f"{act.request.tag}/{act.reference[-6:]}" if act.request.tag else f"LC/{act.reference[-10:]}"


def call_of(act: OutsideAct) -> Call[Any]:
    """The one call that carries an act out. Our tag stands first, so that nothing cuts it off."""
    request = act.request
    if act.kind == OutsideAct.Kind.ADD:
        return _adding(request)
    words = act.decision.reason if act.decision else ""
    comments = f"{mark_of(act)} {words}".strip()[:LONGEST_COMMENT]
    kind = WORD_IN_DECISION[request.kind]
    customer, number = request.customer_id, request.outside_id
    if act.kind == OutsideAct.Kind.REJECT:
        return requests.reject(request_id=number, kind=kind, comments=comments, customer_id=customer)
    points = act.amount if request.kind == Kind.POINTS else None
    return requests.approve(
        request_id=number, kind=kind, points=points, comments=comments, customer_id=customer
    )


def _adding(request: GoodwillRequest) -> Call[Any]:
    return requests.add(
        customer_id=request.customer_id or 0,
        kind=WORD_IN_ADD[request.kind],
        reference=request.reference,
        reason=request.reason_words,
        comments=f"{request.tag} {request.comment}".strip()[:LONGEST_COMMENT],
        points=request.amount if request.kind == Kind.POINTS else None,
        series_id=request.series.outside_id if request.series else None,
        programme_id=request.programme_id or None,
    )
