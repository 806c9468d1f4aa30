"""Canonical JSON: one value has one sequence of bytes, which is what gets hashed and stored."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

DEEPEST = 24
# Made once: json.dumps would build an encoder for every entry.
ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(value: Any) -> bytes:
    """Keys sorted, no spaces, UTF-8, no NaN.

    Half a surrogate pair, which JSON from outside may hold, stays an escape: ``backslashreplace`` writes
    exactly JSON's own form of it, so that the bytes decode to the same text.
    Raises: TypeError for a value that `plain` has not been asked to turn into JSON's own types
    """
    return ENCODER.encode(value).encode("utf-8", "backslashreplace")


def readable(payload: bytes | memoryview) -> dict[str, Any]:
    """The object these bytes hold; nothing where somebody altered them, which a verification tells."""
    try:
        content = json.loads(bytes(payload))
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def moment(value: datetime) -> str:
    """``2026-11-23T06:09:07.120000Z``: always UTC, always six digits."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(value: Any, depth: int = 0) -> Any:
    """The value in JSON's own types; Decimals, dates and NaN become text, what is too deep an ellipsis."""
    if value is None or isinstance(value, (bool, int)) or type(value) is str:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if depth >= DEEPEST:
        return "…"
    if isinstance(value, Mapping):
        return {str(key): plain(one, depth + 1) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one, depth + 1) for one in value]
    return str(value)
