"""Who checks the entries of a verification: this process page by page, or several processes at once."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat

from apps.audit.log import entry_check
from apps.audit.log.entry_check import Checked
from apps.audit.log.helper import start

# All wait for the slowest before the next pages are begun: with eight pages for each that costs little.
PAGES_EACH = 8


class HandsTrouble(Exception):
    """A helping process ended before its work was done; said in words for a person."""


@dataclass(frozen=True, slots=True)
class Hands:
    """Checks pages of entries; `pages` is how many at a time are worth asking for."""

    pages: int = 1
    pool: Executor | None = None

    def check(self, start: int, end: int, *, quick: bool, counted: bool) -> Iterator[Checked]:
        """What was found at places start … end (not included), page by page in their order.

        Raises: HandsTrouble when a helping process ended
        """
        starts = range(start, end, entry_check.PAGE)
        ends = (min(one + entry_check.PAGE, end) for one in starts)
        each = self.pool.map if self.pool else map
        try:
            yield from each(_page, starts, ends, repeat(quick), repeat(counted))
        except BrokenProcessPool:
            raise HandsTrouble(
                "A helping process was ended from outside, so not everything was looked at. Begin again."
            ) from None


ALONE = Hands()


@contextmanager
def helpers(count: int) -> Iterator[Hands]:
    """Hands for as long as the block runs: one for each processor is sensible, the database needs some too."""
    if count == 1:
        yield ALONE
        return
    # Begun anew, not forked: a connection to the database must not be shared.
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, fresh, start) as pool:
        try:
            yield Hands(PAGES_EACH * count, pool)
        finally:
            pool.shutdown(cancel_futures=True)


def _page(start: int, end: int, quick: bool, counted: bool) -> Checked:
    return entry_check.check_sealed(start, end, quick=quick, counted=counted)
