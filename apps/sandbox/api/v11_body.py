"""v1.1: reading bodies whose lists may be single objects and whose values may be text or not."""

from collections.abc import Sequence
from typing import Any

from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.identifiers import find_anywhere
from apps.sandbox.models import Customer


def listed(request_data: Any, name: str) -> list[dict[str, Any]]:
    """The objects of root.<name>. Raises Refusal 400 when there are none."""
    items = as_list(member(member(request_data, "root"), name))
    if not items:
        raise Refusal(400, f"The body has no root.{name}")
    return items


def named_customer(body: Any, names: Sequence[str]) -> Customer:
    """The customer by the first identifier that is filled. Raises Refusal 1015 without one, or find_anywhere's."""
    for name in names:
        if value := text(body, name).strip():
            return find_anywhere(name, value)
    raise Refusal(1015)


def sent(body: Any, names: Sequence[str]) -> dict[str, str]:
    """The identifiers as they were sent, for the answer to an item that failed."""
    return {name: text(body, name) for name in names if text(body, name)}


def member(body: Any, name: str) -> Any:
    """A member of an object, None of anything else."""
    return body.get(name) if isinstance(body, dict) else None


def text(body: Any, name: str) -> str:
    """A value as text; null and missing are empty."""
    value = member(body, name)
    return "" if value is None else str(value)


def as_list(node: Any) -> list[dict[str, Any]]:
    """Objects of a list, or the one object; anything else is left out."""
    items = node if isinstance(node, list) else [node]
    return [item for item in items if isinstance(item, dict)]
