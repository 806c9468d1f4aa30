"""limit and offset as callers send them."""

from rest_framework.request import Request

from apps.sandbox.api.errors import Refusal

_MOST = 1000
# What the database can hold; a longer one is nobody's id.
_LONGEST_NUMBER = 18


def number(request: Request, name: str, default: int) -> int:
    """A whole number from the query, not below zero. Raises Refusal 400."""
    text = request.query_params.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise Refusal(400, f"{name} is not a number")
    return int(text)


def window(request: Request, *, default: int) -> tuple[int, int]:
    """(limit, offset); the limit is at least 1 and at most 1000."""
    return min(max(number(request, "limit", default), 1), _MOST), number(request, "offset", 0)
