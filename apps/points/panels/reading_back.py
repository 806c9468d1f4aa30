"""Reads a customer's ledger from now backwards, as far as a bounded number of calls goes, and says how far that was."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from math import ceil
from typing import Any

from apps.capillary.calls import Answer, Call
from apps.capillary.client import Client
from apps.capillary.ledger_pages import OVERLAP, PAGE_SIZE, Asking, first_call, read_ledger, windows
from apps.capillary.naming import LedgerName
from apps.capillary.resources import ledger
from apps.capillary.types_ledger import LedgerBalance, LedgerEntry, LedgerPage
from apps.core.errors import Unavailable

# Pages of the ledger asked for by one click; the two balances come on top.
MOST_CALLS = 40
# A time this short that still holds more than can be read is left out rather than cut in two again.
SHORTEST = timedelta(hours=1)


@dataclass(frozen=True)
class ReadBack:
    """Every event between two moments, oldest first.

    since      everything from here on was read;  wanted_since  where reading was to end
    too_full   a time so full of events that none of it could be read, None otherwise: then there are no entries
    opening    balances at `since`, closing at `until`; None when they could not be read
    """

    entries: tuple[LedgerEntry, ...]
    since: datetime
    until: datetime
    wanted_since: datetime
    too_full: tuple[datetime, datetime] | None = None
    opening: LedgerBalance | None = None
    closing: LedgerBalance | None = None

    @property
    def complete(self) -> bool:
        """Whether it was read to the end."""
        return self.since <= self.wanted_since and self.too_full is None


def read_back(
    client: Client, name: LedgerName, *, customer_id: int, since: datetime, until: datetime
) -> ReadBack:
    """The ledger between two moments (whole seconds), with at most MOST_CALLS pages and three balances.

    Raises: CapillaryError when a page cannot be read; a balance that cannot be is None
    """
    common: dict[str, Any] = {**name, "timezone": client.config.timezone, "customer_id": customer_id}
    ask: Asking = partial(ledger.information, **common)
    spans = windows(since, until)
    calls: dict[str, Call[Any]] = {f"{number}": first_call(ask, *span) for number, span in enumerate(spans)}
    answers = client.send_all({**calls, **_balances(common, since=since, until=until)})
    firsts = [_page(answers[name]) for name in calls]
    reading = _Reading(client, ask, MOST_CALLS - len(spans), reached=until)
    reading.read(list(zip(spans, firsts, strict=True)))
    opening = answers["opening"]
    if reading.reached > since:
        # What was not read lies before: the opening balance is another one.
        opening = client.send_all(_balances(common, since=reading.reached))["opening"]
    return ReadBack(
        # Windows overlap: what both tell is told once.
        entries=tuple(dict.fromkeys(entry for part in reversed(reading.parts) for entry in part)),
        since=reading.reached,
        until=until,
        wanted_since=since,
        too_full=reading.too_full if not reading.parts else None,
        opening=opening.value,
        closing=answers["closing"].value,
    )


def _balances(
    common: Mapping[str, Any], *, since: datetime, until: datetime | None = None
) -> dict[str, Call[Any]]:
    # Both ends belong to what the ledger lists, so what there was before is asked for a second earlier.
    at = {"opening": since - OVERLAP, **({"closing": until} if until else {})}
    return {name: ledger.balance(**common, end_date=moment) for name, moment in at.items()}


def _page(answer: Answer[LedgerPage]) -> LedgerPage:
    if answer.error is not None:
        raise answer.error
    if answer.value is None:
        raise Unavailable("The ledger could not be read.")
    return answer.value


@dataclass
class _Reading:
    """Reads windows from the youngest back; one too full for the calls that are left is cut in two."""

    client: Client
    ask: Asking
    left: int
    reached: datetime
    parts: list[tuple[LedgerEntry, ...]] = field(default_factory=list)
    too_full: tuple[datetime, datetime] | None = None

    def read(self, todo: list[tuple[tuple[datetime, datetime], LedgerPage | None]]) -> None:
        """todo: windows with their first pages, oldest first. Stops at the first it cannot read whole."""
        while todo:
            span, first = todo.pop()
            if first is None:
                if self.left <= 0:
                    self.too_full = span
                    return
                first = self._asked(start_date=span[0], end_date=span[1], offset=None)
            if _more_pages(first) > self.left:
                if self.left <= 0 or span[1] - span[0] <= SHORTEST:
                    self.too_full = span
                    return
                middle = (span[0] + (span[1] - span[0]) / 2).replace(microsecond=0)
                todo += [((span[0], middle), None), ((middle - OVERLAP, span[1]), None)]
                continue
            if not self._whole(span, first):
                self.too_full = span
                return

    def _whole(self, span: tuple[datetime, datetime], first: LedgerPage) -> bool:
        found = read_ledger(self.client, self._counted, *span, first=first, most_calls=self.left)
        if found.complete:
            self.parts.append(found.entries)
            self.reached = span[0]
        return found.complete

    def _counted(self, **asked: Any) -> Call[LedgerPage]:
        self.left -= 1
        return self.ask(**asked)

    def _asked(self, **asked: Any) -> LedgerPage:
        return self.client.send(self._counted(**asked, limit=PAGE_SIZE))


def _more_pages(first: LedgerPage) -> int:
    """How many pages follow this one; 0 when the answer does not tell, then reading on finds out."""
    if first.count is not None:
        return max(0, ceil(first.count / PAGE_SIZE) - 1)
    return max(0, (first.pages or 1) - 1)
