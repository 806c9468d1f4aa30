"""One limit of calls per second and connection, in two lanes: people first, bulk takes what is left.

A kind of call that the outside allows less often has an allowance of its own for the hour.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Literal

from limits import RateLimitItemPerHour, RateLimitItemPerSecond
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from apps.capillary.calls import Allowance
from apps.capillary.config import Config
from apps.capillary.errors import RateLimited
from apps.capillary.retry import try_again_in

Lane = Literal["people", "bulk"]
SHORTEST_PAUSE = 0.01
BULK_WAIT_SECONDS = 60.0
# Kept free for people by bulk work: a quarter of the rate, at least one call.
RESERVED_SHARE = 4
logger = logging.getLogger(__name__)


class RateLimiter:
    """Counts calls of one connection, across all processes that share the storage.

    Bulk work leaves a quarter of each second free and steps back entirely while a person waits. When the
    shared storage does not answer, this process counts on its own: a broken counter stops nobody.
    """

    def __init__(
        self,
        *,
        key: str,
        calls_per_second: int,
        storage: str = "memory://",
        people_wait_seconds: float = 5.0,
        bulk_wait_seconds: float = BULK_WAIT_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.key = key
        self.rate = max(1, calls_per_second)
        self.reserve = max(1, self.rate // RESERVED_SHARE) if self.rate > 1 else 0
        self.wait_seconds = {"people": people_wait_seconds, "bulk": bulk_wait_seconds}
        self._item = RateLimitItemPerSecond(self.rate)
        self._storage = storage_from_string(storage)
        self._limiter = MovingWindowRateLimiter(self._storage)
        self._own_storage = MemoryStorage()
        self._own_limiter = MovingWindowRateLimiter(self._own_storage)
        self._sleep = sleep

    def acquire(self, lane: Lane, *, at_most_seconds: float | None = None) -> None:
        """Wait for a turn, at most the time of the lane (or less); raises RateLimited after that."""
        patience = min(self.wait_seconds[lane], at_most_seconds if at_most_seconds is not None else 1e9)
        gives_up_at = time.monotonic() + patience
        while not self._try(lane):
            left = gives_up_at - time.monotonic()
            if left <= 0:
                raise RateLimited(
                    "The console is making as many calls as the loyalty system allows, so this one was not sent.",
                    next_step="Wait a few seconds and try again.",
                )
            self._sleep(min(max(SHORTEST_PAUSE, 0.5 / self.rate), left))

    def spend(self, allowance: Allowance, lane: Lane) -> None:
        """Take one call of an hour's allowance, or raise RateLimited that says when there will be one again.

        Nobody waits for it: that could take an hour. It moves along, so a call is given back one hour after it
        was made; bulk work leaves a quarter of it to people.
        """
        try:
            wait = self._spend(self._limiter, allowance, lane)
        except Exception:
            # As for the calls per second: a broken counter stops nobody.
            logger.warning(
                "The shared call counter does not answer, so this process counts alone.", exc_info=True
            )
            wait = self._spend(self._own_limiter, allowance, lane)
        if wait > 0:
            error = RateLimited(
                "The loyalty system allows no more calls of this kind within an hour, so this one was not sent.",
                next_step=try_again_in(wait),
            )
            error.retry_after_seconds = wait
            raise error

    def _spend(self, limiter: MovingWindowRateLimiter, allowance: Allowance, lane: Lane) -> float:
        """Seconds until there is a call again, 0 when one was taken."""
        item, key = RateLimitItemPerHour(allowance.per_hour), f"{self.key}|{allowance.name}"
        reserve = allowance.per_hour // RESERVED_SHARE if lane == "bulk" else 0
        stats = limiter.get_window_stats(item, key)
        if stats.remaining > reserve and limiter.hit(item, key):
            return 0.0
        return max(1.0, stats.reset_time - time.time())

    def _try(self, lane: Lane) -> bool:
        try:
            return self._take(self._limiter, self._storage, lane)
        except Exception:
            # Any failure of a storage library counts as "no shared counter".
            logger.warning(
                "The shared call counter does not answer, so this process counts alone.", exc_info=True
            )
            return self._take(self._own_limiter, self._own_storage, lane)

    def _take(self, limiter: MovingWindowRateLimiter, storage: object, lane: Lane) -> bool:
        if lane == "bulk":
            if storage.get(f"waiting/{self.key}"):  # type: ignore[attr-defined]
                return False
            if limiter.get_window_stats(self._item, self.key).remaining <= self.reserve:
                return False
        if limiter.hit(self._item, self.key):
            return True
        if lane == "people":
            storage.incr(f"waiting/{self.key}", 1)  # type: ignore[attr-defined]
        return False


_limiters: dict[tuple[str, int, str, float], RateLimiter] = {}
_lock = threading.Lock()


def limiter_for(config: Config) -> RateLimiter:
    """The process-wide limiter of this connection."""
    key = (config.key, config.calls_per_second, config.limiter_storage, config.people_wait_seconds)
    with _lock:
        if key not in _limiters:
            _limiters[key] = RateLimiter(
                key=config.key,
                calls_per_second=config.calls_per_second,
                storage=config.limiter_storage,
                people_wait_seconds=config.people_wait_seconds,
            )
        return _limiters[key]


os.register_at_fork(after_in_child=_limiters.clear)
