"""Finding the identifiers of an exchange: full values for keyed hashing, never for keeping."""

import re
from collections.abc import Mapping
from typing import Any

from apps.capillary.readers import text
from apps.capillary.sensitive import FIELD_NAMES, TYPED_KEYS, kind_of, plain_key

Pair = tuple[str, str]
HASHED_KINDS = frozenset({"mobile", "email", "card", "external_id", "contact"})
MOBILE_LOOK = re.compile(r"\+?\d{7,15}")
MOST = 64
MOST_NODES = 20_000


def identifiers_in(value: Any) -> tuple[Pair, ...]:
    """The (kind, full value) pairs of a body, in the order met, at most 64 of them."""
    found: dict[Pair, None] = {}
    waiting: list[Any] = [value]
    for _ in range(MOST_NODES):
        if not waiting or len(found) >= MOST:
            break
        node = waiting.pop()
        if isinstance(node, list | tuple):
            waiting.extend(reversed(node))
        elif isinstance(node, Mapping):
            found.update(dict.fromkeys(_pairs(node)))
            waiting.extend(inner for inner in node.values() if isinstance(inner, Mapping | list | tuple))
    return tuple(found)


def _pairs(node: Mapping[str, Any]) -> list[Pair]:
    keys = {key: plain_key(str(key)) for key in node}
    pairs = (
        (kind_beside(node, keys, plain) or kind_of(plain), text(node[key])) for key, plain in keys.items()
    )
    return [(refined(kind, value), value) for kind, value in pairs if kind in HASHED_KINDS and value]


def refined(kind: str, value: str) -> str:
    """An identifier whose type stands somewhere else, or nowhere, still looks like what it is."""
    if kind in {"external_id", "contact"} and "@" in value:
        return "email"
    if kind == "contact":
        return "mobile" if MOBILE_LOOK.fullmatch(value) else "external_id"
    return kind


def kind_beside(node: Mapping[str, Any], keys: Mapping[str, str], plain: str) -> str:
    """The kind of a value by the neighbour that names it, "" when there is none.

    A type nobody has heard of still names an identifier. Fields of the organisation's own are {name, value}:
    what the name does not tell is private all the same.
    """
    neighbours = TYPED_KEYS.get(plain)
    if neighbours is None:
        return ""
    for key, other in keys.items():
        if other in neighbours and isinstance(node[key], str):
            named = kind_of(plain_key(node[key]))
            return named or ("external_id" if plain_key(node[key]) != "id" else "")
    if plain == "value":
        names = [
            node[key] for key, other in keys.items() if other in FIELD_NAMES and isinstance(node[key], str)
        ]
        return (kind_of(plain_key(names[0])) or "private") if names else ""
    return ""
