"""Requests: the answers to a new one and to a decision, the list grouped by kind, and the logs."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from apps.capillary.envelopes import has_status, item_of, refusals, require_yes, says_no, the_item
from apps.capillary.moments import moment
from apps.capillary.readers import ShapeError, flag, integer, many, number, one, place, text
from apps.capillary.types_requests import (
    AddedRequest,
    DecidedRequest,
    LogPage,
    LogStep,
    RequestCustomer,
    RequestLog,
    RequestPage,
    RequestRow,
)

T = TypeVar("T")
ENTITY = "request"
BESIDE_THE_GROUPS = frozenset({"count", "rows", "item_status"})


def parse_added(body: Mapping[str, Any]) -> AddedRequest:
    """`requests.request`, object or list. Without an id nobody knows whether something was filed."""
    node = the_item(body, "requests", "request", entity=ENTITY)
    if not (integer(node.get("id")) or 0) > 0:
        raise ShapeError("requests.request.id is missing")
    return AddedRequest(
        id=text(node.get("id")),
        status=text(node.get("status")).upper(),
        type=text(node.get("type")),
        base_type=text(node.get("base_type")),
        customer_id=_customer(node).id,
        reference_id=text(node.get("reference_id")),
        requested_at=moment(node.get("requested_on")),
        raw=node,
    )


def parse_approved(body: dict[str, Any]) -> DecidedRequest:
    """`requests.goodwill` named APPROVED, in a body that has no status.

    Raises ApiSaidNo for a well-formed no and ShapeError for everything else, a yes and a no at once included.
    """
    rows = many(one(body.get("requests")).get("goodwill"))
    refused = refusals(body, ENTITY)
    if not (len(rows) == 1 and _status(rows[0]) == "APPROVED"):
        if has_status(body):
            require_yes(body)
        for item in refused:
            item_of(item, ENTITY)
        raise ShapeError("requests.goodwill.status is not APPROVED")
    if refused or says_no(body):
        raise ShapeError("the reply says yes and no")
    return _decided(rows[0])


def parse_rejected(body: Mapping[str, Any]) -> DecidedRequest:
    """`requests.request` named REJECTED."""
    node = the_item(body, "requests", "request", entity=ENTITY)
    if _status(node) != "REJECTED":
        raise ShapeError("requests.request.status is not REJECTED")
    return _decided(node)


def parse_requests(body: Mapping[str, Any]) -> RequestPage:
    """`requests`: rows grouped by kind beside count, page size and one status for the whole."""
    node = _requests(body)
    return RequestPage(tuple(_rows(node, _read_row)), integer(node.get("count")), integer(node.get("rows")))


def parse_logs(body: Mapping[str, Any]) -> LogPage:
    """`requests`, grouped as in the list."""
    node = _requests(body)
    return LogPage(tuple(_rows(node, _read_log)), integer(node.get("count")), integer(node.get("rows")))


def _requests(body: Mapping[str, Any]) -> dict[str, Any]:
    if "requests" not in body:
        raise ShapeError("requests is missing")
    return item_of(one(body["requests"]), ENTITY)


def _rows(node: Mapping[str, Any], read: Callable[[str, Mapping[str, Any]], T]) -> Iterator[T]:
    """Every group, also of kinds no sample shows; a group that is absent or empty has no rows."""
    for group, value in node.items():
        if group not in BESIDE_THE_GROUPS:
            yield from (read(group, row) for row in many(value) if text(row.get("id")))


def _read_row(group: str, node: Mapping[str, Any]) -> RequestRow:
    return RequestRow(
        id=text(node.get("id")),
        group=group,
        type=text(node.get("type")),
        base_type=text(node.get("base_type")),
        status=_status(node),
        reason=text(node.get("reason")),
        comments=text(node.get("comments")),
        updated_comments=text(node.get("updated_comments")),
        approved_value=number(node.get("approved_value")),
        customer=_customer(node),
        added_at=moment(node.get("added_on")),
        added_by=place(node.get("added_by")),
        last_action_at=moment(node.get("last_action_on")),
        updated_by=place(node.get("updated_by")),
        raw=node,
    )


def _read_log(group: str, node: Mapping[str, Any]) -> RequestLog:
    steps = one(node.get("logs"))
    return RequestLog(
        id=text(node.get("id")),
        group=group,
        type=text(node.get("type")),
        base_type=text(node.get("base_type")),
        status=_status(node),
        reason=text(node.get("reason")),
        comments=text(node.get("comments")),
        updated_comments=text(node.get("updated_comments")),
        approved_value=number(node.get("approved_value")),
        customer=_customer(node),
        one_step=flag(node.get("one_step_change")),
        approval_type=text(node.get("approval_type")),
        added=_step(steps.get("added_by")),
        updated=_step(steps.get("updated_by")),
        old_value=text(node.get("old_value")),
        new_value=text(node.get("new_value")),
        raw=node,
    )


def _step(value: object) -> LogStep | None:
    """`{till, store, time}` or `{user, ip, time}`, for either step."""
    node = one(value)
    found = LogStep(
        at=moment(node.get("time")),
        till=place(node.get("till")),
        store=place(node.get("store")),
        user=place(node.get("user")),
        ip=text(node.get("ip")),
    )
    return found if found != LogStep(None, None, None, None) else None


def _customer(node: Mapping[str, Any]) -> RequestCustomer:
    """The internal id is called id in one answer and user_id in others."""
    customer = one(node.get("customer"))
    return RequestCustomer(
        id=next(
            (found for key in ("id", "user_id", "customer_id") if (found := text(customer.get(key)))), ""
        ),
        first_name=text(customer.get("firstname")),
        last_name=text(customer.get("lastname")),
        mobile=text(customer.get("mobile")),
        email=text(customer.get("email")),
        external_id=text(customer.get("external_id")),
        fraud_status=text(customer.get("fraud_status")),
    )


def _decided(node: Mapping[str, Any]) -> DecidedRequest:
    """An approval's `type` holds what is `base_type` everywhere else."""
    return DecidedRequest(
        id=text(node.get("id")),
        status=_status(node),
        base_type=text(node.get("base_type")) or text(node.get("type")),
        reason=text(node.get("reason")),
        comments=text(node.get("comments")),
        updated_comments=text(node.get("updated_comments")),
        added_at=moment(node.get("added_on")),
        decided_at=moment(node.get("last_action_on")),
        raw=node,
    )


def _status(node: Mapping[str, Any]) -> str:
    return text(node.get("status")).upper()
