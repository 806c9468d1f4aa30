"""v1.1 points: the customer and the programme of a call, with the codes this entity has for them."""

from collections.abc import Sequence
from typing import Any

from rest_framework.request import Request

from apps.sandbox.api.auth import caller_of
from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.identifiers import find_anywhere
from apps.sandbox.api.v11_body import named_customer
from apps.sandbox.catalogue import STORES, Store
from apps.sandbox.control import switches
from apps.sandbox.goodwill.asking import receiver_of
from apps.sandbox.models import Customer

CARDS_TOO = ("mobile", "email", "external_id", "card_number", "card_external_id")
_GROUPS = "user_group2_"
_CODES = {1001: 802, 1002: 802, 1003: 802, 1015: 802, 1011: 816, 1012: 816}


def customer_by(request: Request, name: str, value: str) -> Customer:
    """The customer asked for. Raises Refusal 802 (identifier not valid), 816 (nobody), 8069 (merged)."""
    try:
        return receiver_of(find_anywhere(name, value), switches.of(request).merged)
    except Refusal as error:
        raise _ours(error) from error


def customer_in(request: Request, body: Any, names: Sequence[str]) -> Customer:
    """The customer a body names. Raises Refusal 802, 816, 8069."""
    try:
        return receiver_of(named_customer(body, names), switches.of(request).merged)
    except Refusal as error:
        raise _ours(error) from error


def no_groups(request: Request) -> None:
    """Raises Refusal 826 for every parameter of a user group: this organization has none."""
    for name in request.query_params:
        asked = name.startswith(_GROUPS) or name == "use_default_user_group2"
        if asked and request.query_params.get(name, "").lower() not in ("", "false"):
            raise Refusal(826, "The organization has no user groups")


def no_crossing(request: Request, *, across: bool) -> None:
    """Raises Refusal 826 for a redemption across programmes where the organization has none (switch across)."""
    if across and switches.of(request).across == "off":
        raise Refusal(826, "Redeeming across programs is not enabled")


def caller_store(request: Request) -> Store:
    """The store the call is counted for."""
    caller = caller_of(request)
    return caller.store if caller else STORES[0]


def forced(value: str) -> None:
    """Raises the Refusal a switch orders for everybody."""
    if value.isdigit():
        raise Refusal(int(value))


def _ours(error: Refusal) -> Refusal:
    return Refusal(_CODES[error.code]) if error.code in _CODES else error
