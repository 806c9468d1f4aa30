"""Tolerant readers: one value of a reply into one of ours, whatever type the outside chose today.

Absent is None, "", "None", "null", "NULL", an empty list or an empty object; "NONE" is a value (fraud).
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.capillary.types_common import Notice, Place, Window

ABSENT_WORDS = frozenset({"", "None", "null", "NULL"})
WIDEST_EXPONENT = 30
INT_TEXT = re.compile(r"[+-]?\d{1,30}")


class ShapeError(ValueError):
    """The reply lacks what it must have; the text names the place, never a value."""


def is_absent(value: object) -> bool:
    """Whether the outside meant "nothing" by this."""
    if isinstance(value, str):
        return value.strip() in ABSENT_WORDS
    return value is None or (isinstance(value, list | dict) and not value)


def text(value: object) -> str:
    """A scalar as text, "" when absent; a list around one scalar is opened, anything else is absent."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if is_absent(value) or isinstance(value, list | dict):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) and value.is_finite() else str(value).strip()


def number(value: object) -> Decimal | None:
    """An amount of points or money, None when absent or no number. "1,234.5" and booleans are no numbers."""
    if isinstance(value, bool):
        return None
    try:
        found = Decimal(text(value))
    except InvalidOperation:
        return None
    if not found.is_finite() or abs(found.adjusted()) > WIDEST_EXPONENT:
        return None
    return found


def integer(value: object) -> int | None:
    """A whole number, None when absent or not whole."""
    found = number(value)
    return int(found) if found is not None and found == found.to_integral_value() else None


def flag(value: object) -> bool | None:
    """A yes or no in any of the outside's spellings, None when it is neither."""
    return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(
        text(value).lower()
    )


def one(value: object) -> dict[str, Any]:
    """An object, or the first object of a list; empty when absent or something else."""
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, dict) and item), None)
    return value if isinstance(value, dict) else {}


def many(value: object, key: str = "") -> list[dict[str, Any]]:
    """Rows however they are wrapped: a list, one object, nothing; with or without the inner `key`.

    `many({"customer": {...}}, "customer")`, `many([{...}], "customer")` and `many("", "customer")` all work.
    Rows whose every value is absent are left out: some answers hold one blank row for none.
    """
    if key and isinstance(value, dict):
        value = value.get(key)
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        return []
    rows = (
        one(row.get(key)) if key and isinstance(row, dict) and set(row) == {key} else row for row in value
    )
    return [row for row in rows if isinstance(row, dict) and not all(map(is_absent, row.values()))]


def required(node: Mapping[str, Any], key: str) -> int:
    """The whole number at `key`; raises ShapeError naming the key when there is none."""
    found = integer(node.get(key))
    if found is None:
        raise ShapeError(f"{key} is missing or not a number")
    return found


def place(value: object) -> Place | None:
    """A till, store or person given as a name or as an object; None when absent."""
    node = one(value)
    if node:
        found = Place(
            code=text(node.get("code")),
            name=text(node.get("name")),
            type=text(node.get("type")),
            id=text(node.get("id")),
        )
        return found if found != Place() else None
    name = text(value)
    return Place(name=name) if name else None


def pairs(value: object) -> dict[str, str]:
    """Custom or extended fields, as `{field: [{name, value}]}` or as a plain object, into name and text."""
    if isinstance(value, list) or (isinstance(value, dict) and "field" in value):
        rows = many(value, "field")
        return {text(row.get("name")): text(row.get("value")) for row in rows if text(row.get("name"))}
    return {key: text(inner) for key, inner in one(value).items() if text(inner)}


def notices(*values: object) -> tuple[Notice, ...]:
    """Warnings in every documented form: codes, objects with code and message, wrapped or not."""
    return tuple(notice for value in values for notice in _notices(value))


def _notices(value: object) -> Iterable[Notice]:
    if isinstance(value, dict):
        if "code" in value or "message" in value:
            code, message = text(value.get("code")), text(value.get("message"))
            if code or message:
                yield Notice(code, message)
        else:
            for key in ("warning", "element"):
                yield from _notices(value.get(key))
    elif isinstance(value, list):
        for item in value:
            yield from _notices(item)
    elif text(value):
        yield Notice(text(value))


def window(node: Mapping[str, Any]) -> Window:
    """The `pagination` of a reply, strings or numbers."""
    found = one(node.get("pagination"))
    return Window(integer(found.get("limit")), integer(found.get("offset")), integer(found.get("total")))
