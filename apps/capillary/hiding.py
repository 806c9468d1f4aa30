"""Values that pass through and must not stay: a one-time code in an answer, an error, a kept reply."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

KEY = "validation_code"
GONE = "never kept"
# A shorter one would be found inside points and prices.
SHORTEST = 4


def without(node: Mapping[str, Any], secrets: Iterable[str] = ()) -> dict[str, Any]:
    """An object of a reply without its codes: neither under their key nor anywhere in its texts."""
    hidden = tuple(filter(None, secrets))
    return {key: _clean(value, hidden) for key, value in node.items() if key != KEY}


def clean_text(value: str, secrets: Iterable[str]) -> str:
    """A sentence without these values."""
    for secret in secrets:
        if len(secret) >= SHORTEST:
            value = re.sub(re.escape(secret), GONE, value, flags=re.IGNORECASE)
    return value


def _clean(value: Any, secrets: tuple[str, ...]) -> Any:
    if isinstance(value, Mapping):
        return without(value, secrets)
    if isinstance(value, list | tuple):
        return [_clean(item, secrets) for item in value]
    return clean_text(value, secrets) if isinstance(value, str) else value
