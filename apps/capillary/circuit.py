"""Notices when the outside is ill: writes pause, reads try again after a while; and keeps health figures."""

import os
import statistics
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from apps.capillary.config import Config
from apps.capillary.errors import CircuitOpen

State = Literal["closed", "open", "probing"]
LOOKS_BACK = 20
FAILURES_THAT_OPEN = 5
SUBJECTS_THAT_OPEN = 3
SHARE_THAT_OPENS = 0.5
RECENT_SECONDS = 60.0
COOLS_SECONDS = 10.0
FIGURES_SECONDS = 300.0
MOST_KEPT = 5000


@dataclass(frozen=True, slots=True)
class Health:
    """How the outside did in the last five minutes, as this process saw it. Latencies of answered calls."""

    state: State
    calls: int
    failures: int
    median_ms: int | None
    p95_ms: int | None
    retry_in_seconds: int


@dataclass(frozen=True, slots=True)
class _Seen:
    at: float
    well: bool
    latency_ms: int
    answered: bool
    about: str


class Admission:
    """That one call may pass, with all it needs on its way; ended by `Circuit.note` or `Circuit.release`."""

    __slots__ = ("circuit",)

    def __init__(self, circuit: "Circuit") -> None:
        self.circuit = circuit

    def holds(self) -> bool:
        """Whether this call may try once more."""
        return self.circuit.holds(self)

    def note(self, *, well: bool, latency_ms: int, answered: bool, settles: bool, about: str = "") -> None:
        """Tell how an attempt under this admission ended."""
        self.circuit.note(
            well=well,
            latency_ms=latency_ms,
            answered=answered,
            about=about,
            admission=self,
            settles=settles,
        )

    def release(self) -> None:
        """Nothing more will come of this call; does nothing once its end is noted."""
        self.circuit.release(self)


class Circuit:
    """One per connection and process; safe to use from many threads.

    It opens when at least five of the last twenty calls within a minute failed and they are half of them. Answers
    of failure must be about three different customers: one broken record shall not shut out everybody. Calls that
    got no answer, or are about nobody, count whatever they are about. While open nothing leaves for ten seconds;
    then one read at a time may try. One that ends well closes it.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._seen: deque[_Seen] = deque(maxlen=MOST_KEPT)
        self._state: State = "closed"
        self._opened_at = 0.0
        self._probe: Admission | None = None
        self._probe_at = 0.0

    def admit(self, *, write: bool) -> "Admission":
        """Let a call pass, or raise CircuitOpen with a sentence that says what is true now."""
        admission = Admission(self)
        with self._lock:
            if self._state == "closed":
                return admission
            wait = self._wait()
            if write:
                raise CircuitOpen(
                    "The loyalty system is not answering reliably, so nothing was sent.",
                    next_step="Changes pause until it answers again. Try again in a minute.",
                )
            if wait > 0 or self._probe is not None:
                raise CircuitOpen(
                    "The loyalty system is not answering reliably at the moment.",
                    next_step=f"The console looks again in {max(1, round(wait))} s.",
                )
            self._state, self._probe, self._probe_at = "probing", admission, self._now()
            return admission

    def holds(self, admission: "Admission") -> bool:
        """Whether a call that was let pass may try once more."""
        with self._lock:
            return self._state == "closed" or self._probe is admission

    def note(
        self,
        *,
        well: bool,
        latency_ms: int,
        answered: bool = True,
        about: str = "",
        admission: "Admission | None" = None,
        settles: bool = True,
    ) -> None:
        """Remember how an attempt ended; `well` is False when the outside failed, not when it said no.

        `about` is the customer's internal id, where the call is about one.

        While the circuit is not closed only the call that tries decides: late answers to calls from before
        say nothing about now. `settles` is False for a step on the way of that call, such as its sign-in:
        a failed step ends the try, one that went well does not.
        """
        with self._lock:
            self._seen.append(_Seen(self._now(), well, latency_ms, answered, about))
            if self._state == "closed":
                if not well and self._is_ill():
                    self._open()
            elif admission is not None and admission is self._probe:
                if not well:
                    self._open()
                elif settles:
                    self._state, self._probe = "closed", None

    def release(self, admission: "Admission") -> None:
        """The call that was to try ended before it left: the next read may try at once."""
        with self._lock:
            if self._probe is admission:
                self._state, self._probe = "open", None

    def health(self) -> Health:
        """The figures of the last five minutes."""
        with self._lock:
            since = self._now() - FIGURES_SECONDS
            recent = [seen for seen in self._seen if seen.at >= since]
            state: State = self._state
            wait = self._wait() if state == "open" else 0.0
        latencies = sorted(seen.latency_ms for seen in recent if seen.answered)
        return Health(
            state=state,
            calls=len(recent),
            failures=sum(not seen.well for seen in recent),
            median_ms=round(statistics.median(latencies)) if latencies else None,
            p95_ms=latencies[min(len(latencies) - 1, int(len(latencies) * 0.95))] if latencies else None,
            retry_in_seconds=round(wait),
        )

    def _open(self) -> None:
        self._state, self._opened_at, self._probe = "open", self._now(), None

    def _wait(self) -> float:
        """Seconds until a read may try. A probe that never came back is forgotten after the same time."""
        if self._probe is not None and self._now() - self._probe_at > COOLS_SECONDS * 3:
            self._probe = None
        return max(0.0, COOLS_SECONDS - (self._now() - self._opened_at))

    def _is_ill(self) -> bool:
        since = self._now() - RECENT_SECONDS
        last = [self._seen[-1 - back] for back in range(min(LOOKS_BACK, len(self._seen)))]
        failed = [seen for seen in last if seen.at >= since and not seen.well]
        if len(failed) < max(FAILURES_THAT_OPEN, SHARE_THAT_OPENS * len(last)):
            return False
        alone = sum(not (seen.answered and seen.about) for seen in failed)
        return (
            alone + len({seen.about for seen in failed if seen.answered and seen.about}) >= SUBJECTS_THAT_OPEN
        )


_circuits: dict[str, Circuit] = {}
_lock = threading.Lock()


def circuit_for(config: Config) -> Circuit:
    """The process-wide circuit of this connection."""
    with _lock:
        return _circuits.setdefault(config.key, Circuit())


os.register_at_fork(after_in_child=_circuits.clear)
