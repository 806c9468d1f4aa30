"""Keeps a sweep well within the time a task may take, however slowly the outside answers."""

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
SECONDS = 30.0


def paced(rows: Iterable[T], seconds: float = SECONDS) -> Iterator[T]:
    """The rows until the time is over; what is left is due again at the next ring."""
    ends = time.monotonic() + seconds
    for row in rows:
        if time.monotonic() > ends:
            return
        yield row
