"""Parts that rooms put beside the search of the look-up page; that page imports none of them.

A room registers its own in a module ``home_parts.py``, which is found by its name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

Build = Callable[[HttpRequest], Mapping[str, Any]]


@dataclass(frozen=True)
class HomePart:
    """One panel. build makes the template's ``data`` from the console's own rows; it asks nobody outside.

    on_top  stands above the search: a notice everybody must see; nothing is shown where there is no data
    """

    name: str
    template: str
    permission: str
    build: Build
    on_top: bool = False


@dataclass(frozen=True)
class ShownPart:
    """A part with what it shows."""

    template: str
    data: Mapping[str, Any]
    on_top: bool = False


_parts: dict[str, HomePart] = {}


def register(part: HomePart) -> HomePart:
    """Add a part after the others; ValueError when its name is taken by another."""
    if _parts.setdefault(part.name, part) != part:
        raise ValueError(f"There is a part named {part.name!r} already.")
    return part


def parts_for(request: HttpRequest) -> list[ShownPart]:
    """What this person sees beside the search, and above it."""
    may = request.user.has_perm
    built = [
        ShownPart(one.template, one.build(request), one.on_top)
        for one in _parts.values()
        if may(one.permission)
    ]
    return [one for one in built if one.data or not one.on_top]
