"""v1.1: transactions of a customer."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api import v11_points
from apps.sandbox.api.balances import Kind, balances_of
from apps.sandbox.api.dates import day_end, plain
from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.paging import number
from apps.sandbox.api.v11_envelope import (
    V11View,
    between,
    collect,
    flag,
    item_status,
    overall,
    reply,
    rows,
    wanted,
)
from apps.sandbox.api.v11_people import person
from apps.sandbox.api.wire import Envelope
from apps.sandbox.catalogue import STORE_BY_CODE
from apps.sandbox.models import Customer, LedgerEntry, Transaction


class TransactionsView(V11View):
    """GET /v1.1/customer/transactions: newest first, ten unless told otherwise."""

    def get(self, request: Request, format: str | None = None) -> Response:
        """Customers of a comma list, each with a page of bills."""
        pairs = wanted(request)
        items, failures = collect(pairs, lambda customer: _with_bills(request, customer), _fetched)
        tree = {
            "status": overall(len(items), failures, style="mixed", message="Success"),
            "customer": rows(items, single=True),
        }
        return reply(request, Envelope(tree, xml_without=frozenset({"item_status"})), len(items), failures)


def _fetched() -> dict[str, Any]:
    return item_status(1052, "Transactions fetched", warnings={"warning": []})


def _with_bills(request: Request, customer: Customer) -> dict[str, Any]:
    bills = _filtered(request, customer)
    total = bills.count()
    if not total:
        raise Refusal(1051)
    limit, offset = number(request, "limit", 10), number(request, "offset", 0)
    page = list(bills.prefetch_related("ledger")[offset : offset + limit])
    lifetime, available, tier = v11_points.headline(customer)
    balances = balances_of(customer)
    promised = sum((balance.promised for balance in balances[:1]), Decimal(0))
    returned = sum((balance.returned for balance in balances[:1]), Decimal(0))
    names = person(customer)
    return {
        "firstname": names.pop("firstname"),
        "lastname": names.pop("lastname"),
        "user_id": str(customer.id),
        **names,
        "lifetime_points": _number(lifetime),
        "lifetime_purchases": _number(customer.lifetime_purchases),
        "loyalty_points": _number(available),
        "current_slab": tier,
        "registered_on": plain(customer.registered_at),
        "updated_on": plain(customer.updated_at),
        "type": customer.loyalty_type.upper(),
        "source": "instore",
        "count": total,
        "start": str(offset),
        "delayed_points": v11_points.text(promised),
        "delayed_returned_points": "0",
        "total_available_points": v11_points.text(available + promised),
        "total_returned_points": v11_points.text(returned),
        "rows": str(len(page)),
        "transactions": {
            "transaction": rows(
                [_bill(request, bill, index) for index, bill in enumerate(page)], single=False
            )
        },
    }


def _filtered(request: Request, customer: Customer) -> QuerySet[Transaction]:
    query, bills = request.query_params, customer.transactions.all()
    start, end = between(request)
    wanted_columns: dict[str, Any] = {
        "number": query.get("number"),
        "store_code": query.get("store_code"),
        "id": query.get("transaction_id") and number(request, "transaction_id", 0),
        "id__gte": query.get("start_id") and number(request, "start_id", 0),
        "id__lte": query.get("end_id") and number(request, "end_id", 0),
        "billed_at__gte": start,
        "billed_at__lt": end,
    }
    if store_id := query.get("store_id"):
        codes = [store.code for store in STORE_BY_CODE.values() if str(store.id) == store_id]
        bills = bills.filter(store_code__in=codes)
    if flag(request, "credit_notes"):
        bills = bills.filter(type="RETURN")
    column = "id" if query.get("sort") == "trans_id" else "billed_at"
    sign = "" if query.get("order", "desc").lower() == "asc" else "-"
    bills = bills.filter(**{name: value for name, value in wanted_columns.items() if value is not None})
    return bills.order_by(f"{sign}{column}", f"{sign}id")


def _bill(request: Request, bill: Transaction, index: int) -> dict[str, Any]:
    store = STORE_BY_CODE[bill.store_code]
    # The sample prints the currency in its first row only.
    currency = {"currency": _CURRENCY} if index == 0 else {}
    return {
        "id": str(bill.id),
        "number": bill.number,
        "type": bill.type,
        "return_type": "FULL" if bill.type == "RETURN" else "",
        "amount": v11_points.text(bill.amount),
        "outlier_status": "NORMAL",
        "delivery_status": "DELIVERED",
        "notes": bill.notes,
        "billing_time": plain(bill.billed_at),
        "auto_update_time": plain(bill.billed_at),
        "gross_amount": v11_points.text(bill.gross_amount),
        "discount": v11_points.text(bill.discount),
        "store": store.name,
        "store_code": store.code,
        "returned_points_on_bill": v11_points.text(_sum(bill, Kind.RETURNED)),
        **currency,
        "points": _points(bill),
        "custom_fields": {"field": rows([{"name": "", "value": ""}], single=False)},
        "extended_fields": {"field": rows([], single=False)},
        "coupons": [],
        "basket_size": len(bill.lines),
        "line_items": {"line_item": rows([], single=False)},
    }


_CURRENCY = {
    "ratio": 1,
    "transaction_currency": {"supported_currency_id": 85, "name": "Indian Rupee", "symbol": "₹"},
    "id": 85,
    "name": "Indian Rupee",
    "symbol": "₹",
}


def _points(bill: Transaction) -> dict[str, str]:
    returned = v11_points.text(_sum(bill, Kind.RETURNED))
    ends = [entry.expires_on for entry in bill.ledger.all() if entry.expires_on]
    return {
        "issued": v11_points.text(_sum(bill, Kind.EARNED)),
        "redeemed": "0",
        "returned": returned,
        "expired": "0",
        "returnedPointsOnBill": returned,
        "expiry_date": plain(day_end(min(ends))) if ends else "",
        "program_id": str(bill.programme_id),
    }


def _sum(bill: Transaction, kind: str) -> Decimal:
    entries: list[LedgerEntry] = [entry for entry in bill.ledger.all() if entry.kind == kind]
    return abs(sum((entry.points for entry in entries), Decimal(0)))


def _number(value: Decimal) -> Any:
    return int(value) if value == value.to_integral_value() else value
