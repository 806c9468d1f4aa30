"""What a value is by the company its key keeps: the keys beside it and the object it lies in."""

from decimal import Decimal
from typing import Any

from apps.capillary.identifiers import refined
from apps.capillary.safe_keys import CODES_OF
from apps.capillary.sensitive import (
    API_SIGNS,
    COUPON_PARTS,
    FIELD_NAMES,
    NEVER,
    OTP_SIGNS,
    PERSON_SIGNS,
    PERSONS,
    kind_of,
)
from apps.core.masking import DOT, mask

LONGEST_API_CODE = 5
COUPON_SHOWN = 3


def kind_among(plain: str, signs: set[str], inside: str, value: Any) -> str:
    """A kind that only the company a key keeps can tell: the code of a coupon, the name of an invitee."""
    if plain == "code":
        return _kind_of_code(signs, inside, value)
    if plain == "name" and (signs & PERSON_SIGNS or inside.rstrip("s").endswith(PERSONS)):
        return "name"
    if plain == "key" and "secret" in signs:
        return NEVER
    return kind_of(plain)


def _kind_of_code(signs: set[str], inside: str, value: Any) -> str:
    """A bare code is the API's, a place's, a coupon's, or else one that opens something."""
    if signs & OTP_SIGNS:
        return NEVER
    word = word_of(value)
    if word.isdecimal() and len(word) <= LONGEST_API_CODE:
        told = signs & API_SIGNS or inside.endswith(("error", "errors", "warning", "warnings", "status"))
        if told:
            return ""
    if any(part in sign for sign in (signs - {"code"}) | {inside} for part in COUPON_PARTS):
        return "coupon"
    if signs & {"name", "till", "store"} or inside.endswith(CODES_OF):
        return ""
    return NEVER if word.isdecimal() else "coupon"


def names_a_field(plain: str, signs: set[str]) -> bool:
    return plain in FIELD_NAMES and "value" in signs


def masked(kind: str, word: str) -> str:
    if kind == "coupon":
        shown = word[-COUPON_SHOWN:] if len(word) >= 2 * COUPON_SHOWN else ""
        return DOT * 3 + shown
    return mask("code" if kind == "private" else refined(kind, word), word)


def word_of(value: Any) -> str:
    return format(value, "f") if isinstance(value, Decimal) and value.is_finite() else str(value)
