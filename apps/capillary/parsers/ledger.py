"""The points ledger: events with their parts, and closing balances."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from apps.capillary.moments import moment
from apps.capillary.readers import ShapeError, integer, many, number, one, text
from apps.capillary.types_ledger import ClosingBalance, LedgerBalance, LedgerEntry, LedgerPage, LedgerPart


def parse_ledger(body: Mapping[str, Any]) -> LedgerPage:
    """`ledgerEntries` beside the page's numbers in `ledgerDetails`."""
    details = _details(body)
    return LedgerPage(
        entries=tuple(map(_read_entry, many(body.get("ledgerEntries")))),
        customer_id=_customer_id(body),
        page=integer(details.get("pageNumber")),
        page_size=integer(details.get("pageSize")),
        pages=integer(details.get("pageCount")),
        count=integer(details.get("totalEntries")),
    )


def parse_ledger_balance(body: Mapping[str, Any]) -> LedgerBalance:
    """`ledgerDetails.ledgerClosingBalance`; a row without a readable amount is no balance."""
    details = _details(body)
    rows = (_read_balance(row) for row in many(details.get("ledgerClosingBalance")))
    return LedgerBalance(
        balances=tuple(row for row in rows if row is not None),
        customer_id=_customer_id(body),
        page=integer(details.get("pageNumber")),
        pages=integer(details.get("pageCount")),
    )


def _details(body: Mapping[str, Any]) -> dict[str, Any]:
    if "ledgerDetails" not in body:
        raise ShapeError("ledgerDetails is missing")
    return one(body["ledgerDetails"])


def _customer_id(body: Mapping[str, Any]) -> str:
    return text(one(body.get("customerDetails")).get("userId"))


def _read_entry(node: Mapping[str, Any]) -> LedgerEntry:
    parts = tuple(part for row in many(node.get("entryDetails")) if (part := _read_part(row)))
    net = number(node.get("netPointsOnEvent"))
    programs = {part.program_id for part in parts}
    bill = one(node.get("transactionDetails"))
    return LedgerEntry(
        id=text(node.get("eventLogId")),
        at=moment(node.get("ledgerCreatedDate")),
        event=text(node.get("eventName")),
        points=net if net is not None or not parts else sum((part.points for part in parts), Decimal(0)),
        parts=parts,
        program_id=programs.pop() if len(programs) == 1 else "",
        store_name=text(node.get("store")),
        store_code=text(node.get("storeCode")),
        till_code=text(node.get("tillCode")),
        transaction_id=text(bill.get("transactionId")),
        transaction_number=text(bill.get("transactionNumber")),
        raw=node,
    )


def _read_part(node: Mapping[str, Any]) -> LedgerPart | None:
    """Debits are written without a sign; one that has it already keeps it."""
    points = number(node.get("points"))
    if points is None:
        return None
    kind = text(node.get("ledgerEntryType")).upper()
    return LedgerPart(
        type=kind,
        points=-abs(points) if kind == "DEBIT" else points,
        category=text(node.get("pointsCategory")),
        program_id=text(node.get("programId")),
        program_name=text(node.get("programName")),
    )


def _read_balance(node: Mapping[str, Any]) -> ClosingBalance | None:
    points = number(node.get("closingBalance"))
    if points is None:
        return None
    return ClosingBalance(
        points=points,
        category=text(node.get("pointsCategory")),
        program_id=text(node.get("programId")),
        program_name=text(node.get("programName")),
    )
