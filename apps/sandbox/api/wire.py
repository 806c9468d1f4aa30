"""Answers as neutral trees, dressed at the end in the dialect that was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.sandbox.control.switches import Switches


@dataclass(frozen=True)
class Success:
    """A success or status flag; text says that the sample of the endpoint prints it as a string."""

    value: bool
    text: bool = True


@dataclass(frozen=True)
class Code:
    """A result code; text as in Success."""

    value: int
    text: bool = True


@dataclass(frozen=True)
class Rows:
    """A repeated element. single: the endpoint's sample shows one item as an object, not as a list."""

    items: list[Any]
    single: bool = False


@dataclass(frozen=True)
class NamedList:
    """A bare list in JSON that XML shows as repeated elements of this name."""

    name: str
    items: list[Any]


@dataclass(frozen=True)
class Envelope:
    """A whole v1.1 reply: json_wrapper for endpoints whose JSON has "response" around it.

    xml is "native" (repeated elements), "converted" (<root>, <element>, sorted keys) or "rooted"
    (<root>, sorted keys, no <element>). json_without_empty: keys that JSON leaves out while they are empty.
    """

    tree: Mapping[str, Any]
    json_wrapper: bool = True
    xml: str = "native"
    xml_without: frozenset[str] = field(default_factory=frozenset)
    json_without_empty: frozenset[str] = field(default_factory=frozenset)


def dress(node: Any, switches: Switches, *, xml: bool = False) -> Any:
    """Turn a neutral tree into plain dicts, lists and scalars for one dialect and list mode."""
    if isinstance(node, Mapping):
        return {key: dress(value, switches, xml=xml) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [dress(value, switches, xml=xml) for value in node]
    if isinstance(node, Rows):
        return _rows([dress(item, switches, xml=xml) for item in node.items], node.single, switches)
    if isinstance(node, NamedList):
        items = [dress(item, switches, xml=xml) for item in node.items]
        return {node.name: items} if xml else items
    if isinstance(node, Success):
        return str(node.value).lower() if _as_text(node.text, switches) else node.value
    if isinstance(node, Code):
        return str(node.value) if _as_text(node.text, switches) else node.value
    return node


def _rows(items: list[Any], single: bool, switches: Switches) -> Any:
    one_as_object = {"always": False, "never": True}.get(switches.lists, single)
    if switches.lists == "never" and not items:
        return ""
    return items[0] if one_as_object and len(items) == 1 else items


def _as_text(sample_is_text: bool, switches: Switches) -> bool:
    return {"strings": True, "native": False}.get(switches.dialect, sample_is_text)
