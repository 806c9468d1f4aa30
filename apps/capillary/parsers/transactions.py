"""The v1.1 bills of a customer."""

from collections.abc import Mapping
from typing import Any

from apps.capillary.envelopes import the_item
from apps.capillary.moments import moment
from apps.capillary.readers import integer, many, number, one, pairs, text
from apps.capillary.types_activity import Transaction, TransactionPage

NO_TRANSACTIONS = frozenset({"1051"})


def parse_transactions(body: Mapping[str, Any]) -> TransactionPage:
    """`customer.transactions.transaction`, or the same under `customers`; none at all is an empty page."""
    node = the_item(body, "customer", empty=NO_TRANSACTIONS)
    return TransactionPage(
        transactions=tuple(map(_read_transaction, many(node.get("transactions"), "transaction"))),
        count=integer(node.get("count")),
        start=integer(node.get("start")),
        rows=integer(node.get("rows")),
        customer_id=text(node.get("user_id")),
        delayed_points=number(node.get("delayed_points")),
        available_points=number(node.get("total_available_points")),
        returned_points=number(node.get("total_returned_points")),
    )


def _read_transaction(node: Mapping[str, Any]) -> Transaction:
    points = one(node.get("points"))
    store = one(node.get("store"))
    currency = one(one(node.get("currency")).get("transaction_currency"))
    return Transaction(
        id=text(node.get("id")),
        number=text(node.get("number")),
        type=text(node.get("type")),
        return_type=text(node.get("return_type")),
        amount=number(node.get("amount")),
        gross_amount=number(node.get("gross_amount")),
        discount=number(node.get("discount")),
        currency=text(currency.get("symbol")) or text(currency.get("name")),
        outlier_status=text(node.get("outlier_status")),
        delivery_status=text(node.get("delivery_status")),
        notes=text(node.get("notes")),
        billed_at=moment(node.get("billing_time")),
        updated_at=moment(node.get("auto_update_time")),
        store_name=text(store.get("name")) if store else text(node.get("store")),
        store_code=text(node.get("store_code")) or text(store.get("code")),
        points_issued=number(points.get("issued")),
        points_redeemed=number(points.get("redeemed")),
        points_returned=number(points.get("returned")),
        points_expired=number(points.get("expired")),
        points_expire_at=moment(points.get("expiry_date")),
        program_id=text(points.get("program_id")),
        basket_size=integer(node.get("basket_size")),
        custom_fields=pairs(node.get("custom_fields")),
        raw=node,
    )
