"""Details that every entry written within a block has besides its own, such as who had asked for what is done now."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_NONE: Mapping[str, Any] = {}
_beside: ContextVar[Mapping[str, Any]] = ContextVar("details beside", default=_NONE)


@contextmanager
def told_beside(**details: Any) -> Iterator[None]:
    """Entries within it have these too; what an entry says itself goes before."""
    token = _beside.set({**_beside.get(), **details})
    try:
        yield
    finally:
        _beside.reset(token)


def beside() -> Mapping[str, Any]:
    """What entries written now have besides; empty outside of any such block."""
    return _beside.get()
