"""Goodwill calls of the look-alike in few words, for the tests of its request family."""

from decimal import Decimal
from typing import Any

from tests.support.sandbox import Sandbox

ADD, APPROVE, REJECT = "/v1.1/request/add", "/v1.1/request/approve", "/v1.1/request/reject"
GET, LOGS = "/v1.1/request/get", "/v1.1/request/logs"


def wish(customer: int | str, **values: Any) -> dict[str, Any]:
    """One item of request/add: 100 points unless said otherwise."""
    base = {"type": "GOODWILL", "base_type": "POINTS", "reason": "Late delivery", "comments": "Sorry."}
    points = {} if "series_id" in values else {"points": "100"}
    return {**base, **points, "customer": {"id": str(customer)}, **values}


def add(sandbox: Sandbox, *items: dict[str, Any], how: str = "", **more: Any) -> dict[str, Any]:
    """request/add, its "response"; how is the X-Sandbox header."""
    body = {"root": {"request": list(items)}}
    return dict(sandbox.call("POST", ADD, json=body, sandbox=how, **more).json()["response"])


def added(sandbox: Sandbox, customer: int | str, **values: Any) -> str:
    """The id of a new pending request."""
    [item] = add(sandbox, wish(customer, **values))["requests"]["request"]
    assert item["status"] == "PENDING"
    return str(item["id"])


def decide(
    sandbox: Sandbox, path: str, request_id: str, *, how: str = "", headers: Any = None, **values: Any
) -> dict[str, Any]:
    """request/approve or reject, its "response"; points unless base_type says otherwise."""
    item = {"type": "GOODWILL", "base_type": "POINTS", "id": request_id, **values}
    body = {"root": {"request": [item]}}
    return dict(sandbox.call("POST", path, json=body, sandbox=how, headers=headers or {}).json()["response"])


def stored(sandbox: Sandbox, request_id: str | int) -> dict[str, Any]:
    """The row as the control API tells it."""
    [row] = sandbox.goodwill(id=request_id)
    return row


def balance(sandbox: Sandbox, customer: int) -> Decimal:
    """Available points of the first programme."""
    rows = sandbox.get(f"/v2/customers/{customer}/loyaltyDetails").json()["data"]
    return Decimal(str(rows[0]["loyaltyPoints"]))


def credits(sandbox: Sandbox, mobile: str, **query: Any) -> list[dict[str, Any]]:
    """Goodwill credits of the last week in the ledger, oldest first, over all pages."""
    path, entries, page, pages = "/v2/pointsLedger/getCustomerLedgerInfo", list[dict[str, Any]](), 0, 1
    named = {"source": "INSTORE", "identifierName": "mobile", "identifierValue": mobile, **query}
    while page < pages:
        body = sandbox.get(path, **named, offset=page).json()
        entries += body["ledgerEntries"]
        page, pages = page + 1, body["ledgerDetails"]["pageCount"]
    return [entry for entry in entries if entry["eventName"] == "GoodwillPoints"]
