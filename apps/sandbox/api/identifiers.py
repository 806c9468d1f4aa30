"""From an identifier as sent to the customer who has it."""

import re
from dataclasses import dataclass

from apps.sandbox.api.errors import Refusal
from apps.sandbox.catalogue import SOURCES
from apps.sandbox.models import Customer, Identifier

# Spellings the reference uses → the one kept here. wechat means the open id.
KINDS: dict[str, str] = {
    "mobile": "mobile",
    "email": "email",
    "externalId": "externalId",
    "external_id": "externalId",
    "cardnumber": "cardNumber",
    "cardNumber": "cardNumber",
    "card_number": "cardNumber",
    "cardExternalId": "cardExternalId",
    "card_external_id": "cardExternalId",
    "wechat": "wechat",
    "unionId": "unionId",
    "line": "line",
    "martjackId": "martjackId",
    "fbId": "fbId",
    "cuid": "cuid",
    "mobilePush": "mobilePush",
}
_FORMS = {
    "mobile": re.compile(r"\+?[0-9]{6,15}"),
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
}
_ANYTHING = re.compile(r"\S(.{0,198}\S)?")


@dataclass(frozen=True)
class Place:
    """Where to look: a source and its account; ALL for everywhere."""

    source: str
    account_id: str = ""


def key_of(kind: str, value: str) -> str:
    """The comparable form; an Indian mobile without country code gets it. Raises ValueError."""
    if not _FORMS.get(kind, _ANYTHING).fullmatch(value):
        raise ValueError(value)
    if kind == "mobile":
        digits = value.lstrip("+")
        return f"91{digits}" if len(digits) == 10 and not value.startswith("+") else digits
    return value.casefold()


def place_of(source: str | None, account_id: str | None, *, allowed: frozenset[str] | None = None) -> Place:
    """Check source and account id. Raises Refusal 8012 (source), 8045 (account missing), 8011 (wrong)."""
    name = source or ""
    if name == "ALL":
        return Place("ALL")
    if name not in SOURCES or (allowed is not None and name not in allowed):
        raise Refusal(8012)
    accounts = SOURCES[name].accounts
    if accounts and not account_id:
        raise Refusal(8045)
    if account_id and account_id not in accounts:
        raise Refusal(8011)
    return Place(name, account_id or "")


def find(kind_sent: str, value: str, place: Place) -> int:
    """The customer's id. Raises Refusal 8013 (bad), 8015 (nobody), 8065 (nobody in this source)."""
    kind = KINDS.get(kind_sent)
    try:
        key = key_of(kind, value) if kind else ""
    except ValueError as error:
        raise Refusal(8013) from error
    if kind is None:
        raise Refusal(8013)
    rows = list(
        Identifier.objects.filter(kind=kind, key=key)
        .order_by("id")
        .values_list("source", "account_id", "customer_id")
    )
    for source, account_id, customer_id in rows:
        if place.source in ("ALL", source) and (place.source == "ALL" or place.account_id == account_id):
            return int(customer_id)
    raise Refusal(8065 if rows else 8015)


def find_anywhere(kind_sent: str, value: str) -> Customer:
    """v1.1 names no source: INSTORE first, then any. Raises Refusal 1001–1003, 1011, 1012."""
    if kind_sent in ("id", "user_id", "customer_id"):
        customer = (
            Customer.objects.filter(id=int(value)).first() if value.isascii() and value.isdigit() else None
        )
        if customer is None:
            raise Refusal(1011)
        return customer
    kind = KINDS[kind_sent]
    try:
        key = key_of(kind, value)
    except ValueError as error:
        raise Refusal({"mobile": 1001, "email": 1002}.get(kind, 1003)) from error
    rows = Identifier.objects.filter(kind=kind, key=key).select_related("customer").order_by("id")
    found = sorted(rows, key=lambda row: row.source != "INSTORE")
    if not found:
        raise Refusal(1011 if kind.startswith("card") else 1012)
    return found[0].customer
