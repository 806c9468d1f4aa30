"""How a v1.1 or v2 request names the customer it is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from apps.core.errors import BadInput

# Kinds are those of core.masking; keys are what v1.1 calls its query parameters.
V11_KINDS: Mapping[str, str] = {
    "id": "id",
    "user_id": "id",
    "customer_id": "id",
    "mobile": "mobile",
    "email": "email",
    "external_id": "external_id",
    "card_number": "card",
    "card_external_id": "card",
}
V2_KINDS: Mapping[str, str] = {
    "id": "id",
    "mobile": "mobile",
    "email": "email",
    "externalId": "external_id",
    "cardnumber": "card",
    "cardNumber": "card",
    "cardExternalId": "card",
}


@dataclass(frozen=True, slots=True)
class Who:
    """The customer of one request: query parameters, what may be hashed, and the id when it is known."""

    params: Mapping[str, str]
    identifiers: tuple[tuple[str, str], ...] = field(default=())
    customer_id: str = ""


def who(**given: int | str | None) -> Who:
    """Exactly one identifier, named as v1.1 names it; raises BadInput otherwise or when it holds a comma.

    A comma would make v1.1 read the value as a batch of several customers.
    """
    named = {key: str(value).strip() for key, value in given.items() if value not in (None, "")}
    if len(named) != 1:
        raise BadInput("Name the customer by exactly one identifier.", field="identifier")
    ((key, value),) = named.items()
    if "," in value or not value:
        raise BadInput("An identifier cannot hold a comma.", field=key)
    known = value if V11_KINDS[key] == "id" else ""
    return Who({key: value}, () if known else ((V11_KINDS[key], value),), known)


def looks_like(written: str) -> str:
    """The kind a typed search most likely is: email, mobile or name."""
    if "@" in written:
        return "email"
    return "mobile" if sum(map(str.isdigit, written)) * 2 > len(written) else "name"


def given(**params: object) -> dict[str, str]:
    """Query parameters that were given: days as YYYY-MM-DD, moments without zone, flags as true, else text."""
    return {key: _word(value) for key, value in params.items() if value not in (None, "", False)}


def amount(points: Decimal) -> str:
    """Points as the outside writes them: no exponent, no trailing zeros. Raises BadInput unless above zero."""
    if not points.is_finite() or points <= 0:
        raise BadInput("Points are a number above zero.", field="points")
    written = format(points, "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def _word(value: object) -> str:
    if value is True:
        return "true"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S")
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    return str(value)
