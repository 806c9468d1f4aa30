"""Calls the reference allows so often an hour: counted by method over the last sixty minutes."""

import math
import time
from collections import defaultdict, deque
from threading import Lock

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.sandbox.control import switches

_HOUR_SECONDS = 3600


class HourBook:
    """When the calls of the last hour came, by name; safe for many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._calls: dict[str, deque[float]] = defaultdict(deque)

    def take(self, name: str, most: int) -> float:
        """Note a call; nought, or how many seconds until there is room again (then nothing is noted)."""
        now = time.monotonic()
        with self._lock:
            calls = self._calls[name]
            while calls and calls[0] <= now - _HOUR_SECONDS:
                calls.popleft()
            if len(calls) >= most:
                return calls[len(calls) - most] + _HOUR_SECONDS - now if most else _HOUR_SECONDS
            calls.append(now)
            return 0

    def forget(self) -> None:
        """Start counting anew."""
        with self._lock:
            self._calls.clear()


book = HourBook()


class ReferralsAnHour(BaseThrottle):
    """1,000 an hour for reading and as many for inviting, whoever calls (switch referrals_an_hour).

    How the limit speaks is not in the reference: HTTP 429 with Retry-After here, and 429 as the code.
    """

    def __init__(self) -> None:
        self._wait: float = 0

    def allow_request(self, request: Request, view: object) -> bool:
        """Whether there is room for one more."""
        most = int(switches.of(request).referrals_an_hour)
        self._wait = book.take(f"referrals {request.method}", most)
        return not self._wait

    def wait(self) -> float | None:
        """Seconds until there is room again."""
        return math.ceil(self._wait) or None
