"""The whole ledger of a time, not its first page: windows of thirty days, pages of ten, and a bound.

`offset` is a page in one place of the reference and a row in another, so the second page decides: asked for
offset 1, a side that counts rows answers the first page again, moved by one. Nothing is skipped or told twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from apps.capillary.calls import Call
from apps.capillary.client import Client
from apps.capillary.types_ledger import LedgerEntry, LedgerPage

WINDOW = timedelta(days=30)
# Whether an end belongs to its window is not stated: windows overlap, and what both tell is told once.
OVERLAP = timedelta(seconds=1)
PAGE_SIZE = 10
MOST_CALLS = 60


class Asking(Protocol):
    """`ledger.information` with everything said but when and from where."""

    def __call__(
        self, *, start_date: datetime, end_date: datetime, offset: int | None, limit: int
    ) -> Call[LedgerPage]: ...


@dataclass(frozen=True, slots=True)
class Ledger:
    """Entries in the API's order, oldest first. `complete` is False when the bound or the outside ended it."""

    entries: tuple[LedgerEntry, ...]
    complete: bool
    customer_id: str = ""


def windows(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The time in pieces the ledger answers at once, oldest first; empty when it ends before it starts."""
    found = []
    while start < end:
        upto = min(end, start + WINDOW)
        found.append((start, upto))
        if upto == end:
            break
        start = upto - OVERLAP
    return found


def first_call(ask: Asking, start: datetime, end: datetime) -> Call[LedgerPage]:
    """The first page of the oldest window, to be sent beside other calls and handed to `read_ledger`."""
    since, upto = windows(start, end)[0]
    return ask(start_date=since, end_date=upto, offset=None, limit=PAGE_SIZE)


def read_ledger(
    client: Client,
    ask: Asking,
    start: datetime,
    end: datetime,
    *,
    first: LedgerPage | None = None,
    newest_first: bool = False,
    most_calls: int = MOST_CALLS,
) -> Ledger:
    """Every entry between two moments, with at most `most_calls` calls.

    `first` is the answer to `first_call`, when there is one. With `newest_first` the windows are read from the
    youngest back, so that what the bound cuts off is the oldest; the entries come oldest first all the same.
    Raises: whatever `Client.send` raises for a page; nothing is made of a part.
    """
    budget = _Budget(client, most_calls)
    parts: list[tuple[LedgerEntry, ...]] = []
    customer_id, complete = "", True
    spans = windows(start, end)
    for index, (since, upto) in reversed(list(enumerate(spans))) if newest_first else enumerate(spans):
        reading = _Window(partial(budget.send, ask, since, upto))
        whole = reading.read(first if index == 0 else None)
        parts.append(tuple(reading.entries))
        customer_id = customer_id or reading.customer_id
        complete = complete and whole
        if budget.left <= 0:
            complete = complete and len(parts) == len(spans)
            break
    ordered = reversed(parts) if newest_first else parts
    once = dict.fromkeys(entry for part in ordered for entry in part) if len(parts) > 1 else None
    entries = tuple(once) if once is not None else parts[0] if parts else ()
    return Ledger(entries, complete, customer_id)


class _Budget:
    def __init__(self, client: Client, calls: int) -> None:
        self.client = client
        self.left = calls

    def send(self, ask: Asking, since: datetime, upto: datetime, offset: int | None) -> LedgerPage | None:
        """None when no more calls may be made."""
        if self.left <= 0:
            return None
        self.left -= 1
        return self.client.send(ask(start_date=since, end_date=upto, offset=offset, limit=PAGE_SIZE))


@dataclass
class _Window:
    """One window, read page by page. `rows` says which of its two meanings `offset` has, once that is known."""

    send: Callable[[int | None], LedgerPage | None]
    entries: list[LedgerEntry] = field(default_factory=list)
    customer_id: str = ""
    rows: bool | None = None

    def read(self, first: LedgerPage | None) -> bool:
        """Whether all of it was read."""
        page = first or self.send(None)
        asked = 0
        while page is not None:
            before = len(self.entries)
            self.customer_id = self.customer_id or page.customer_id
            self.entries += self._fresh(page, asked)
            if not self._more(page, asked):
                return True
            if len(self.entries) == before:
                return False
            asked = len(self.entries) if self.rows else asked + 1
            page = self.send(asked)
        return False

    def _fresh(self, page: LedgerPage, asked: int) -> list[LedgerEntry]:
        """The entries of this page that were not told before."""
        told = list(page.entries)
        if asked == 0:
            return told
        if self.rows is None:
            if told == self.entries[: len(told)]:
                return []  # the offset was not heeded at all
            again = self.entries[asked:]
            self.rows = bool(again) and told[: len(again)] == again
            return told[len(again) :] if self.rows else told
        return told

    def _more(self, page: LedgerPage, asked: int) -> bool:
        if page.count is not None:
            return len(self.entries) < page.count
        if page.pages is not None and not self.rows:
            return asked + 1 < page.pages
        return len(page.entries) >= (page.page_size or PAGE_SIZE)
