"""Several calls at once: threads reserved, intents stored together, outcomes gathered while somebody waits."""

import logging
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future, wait
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from apps.capillary.calls import Answer, Call
from apps.capillary.conclude import mistake
from apps.capillary.errors import CapillaryError, Garbled, OutcomeUnknown, RateLimited
from apps.capillary.pool import Patience, Pool, pool
from apps.capillary.ratelimit import BULK_WAIT_SECONDS
from apps.capillary.recording import AnsweredCall, SentCall
from apps.capillary.run import LATE_SECONDS, Run
from apps.core.errors import ConsoleError

if TYPE_CHECKING:
    from apps.capillary.client import Client

logger = logging.getLogger(__name__)
# How long outcomes are gathered, so that those of one page are stored together.
GATHERS_SECONDS = 5.0


def longest_seconds(*, deadline_seconds: float, people_wait_seconds: float = 0.0) -> float:
    """From storing an intent to storing its outcome at the very most: turn, exchange, gathering."""
    turn = max(BULK_WAIT_SECONDS, people_wait_seconds) + LATE_SECONDS
    return turn + deadline_seconds + GATHERS_SECONDS


class Batch:
    """The calls of one `Client.send_all`.

    No intent is stored before a thread is reserved for its call: what is written down leaves at once or not
    at all. Where there are more calls than free threads they go in waves.
    """

    def __init__(self, client: "Client", wait_seconds: float | None) -> None:
        self.client = client
        self.ends_at = None if wait_seconds is None else time.monotonic() + wait_seconds
        self.patience = Patience(wait_seconds)
        self.kept = _Outcomes(client)
        self.runs: dict[str, Run[Any]] = {}
        self.futures: dict[str, Future[Answer[Any]]] = {}
        self.answers: dict[str, Answer[Any]] = {}

    def send(self, calls: Mapping[str, Call[Any]]) -> dict[str, Answer[Any]]:
        """Send them all; raises only what the recorder raises when intents could not be stored."""
        threads, waiting = pool(), list(calls)
        try:
            while waiting:
                taken = threads.reserve(len(waiting), wait_seconds=self.patience.seconds())
                if not taken:
                    self.answers.update((key, _no_thread()) for key in waiting)
                    break
                wave, waiting = waiting[:taken], waiting[taken:]
                self.kept.store()
                self._launch(threads, {key: calls[key] for key in wave})
            self._wait()
        finally:
            self.kept.close()
        for key, future in self.futures.items():
            self.answers[key] = future.result() if future.done() else _pending(self.runs[key])
        return {key: self.answers[key] for key in calls}

    def _wait(self) -> None:
        """Until all are over or the time is: outcomes that came early do not wait for a slow one for long."""
        ends_at = float("inf") if self.ends_at is None else self.ends_at
        slow = wait(self.futures.values(), timeout=_left(min(ends_at, time.monotonic() + GATHERS_SECONDS)))
        if slow.not_done:
            self.kept.store()
            wait(slow.not_done, timeout=_left(ends_at))

    def _launch(self, threads: Pool, wave: Mapping[str, Call[Any]]) -> None:
        """One wave, a thread reserved for each call: intents stored together, then all at once."""
        runs: dict[str, Run[Any]] = {}
        intents: list[SentCall] = []
        try:
            for key, call in wave.items():
                run = Run(self.client, call, self.client.auth)
                try:
                    intents.append(run.begin())
                except CapillaryError as error:
                    run.release()
                    self.answers[key] = Answer(None, error, False, 0, datetime.now(UTC))
                    continue
                except BaseException:
                    run.release()
                    raise
                runs[key] = run
            if intents:
                self.client.recorder.sent(intents)
        except BaseException:
            for run in runs.values():
                run.release()
            threads.give_back(len(wave))
            raise
        threads.give_back(len(wave) - len(runs))
        self.runs.update(runs)
        for key, run in runs.items():
            run.recorded()
            self.futures[key] = threads.start(lambda run=run: _finish(run, self.kept))  # type: ignore[misc]


class _Outcomes:
    """Gathers outcomes for a moment while somebody waits; after that each is stored by its own thread."""

    def __init__(self, client: "Client") -> None:
        self._client = client
        self._lock = threading.Lock()
        self._kept: list[AnsweredCall] = []
        self._gathers_until = time.monotonic() + GATHERS_SECONDS

    def record(self, answered: AnsweredCall) -> None:
        with self._lock:
            if time.monotonic() < self._gathers_until:
                self._kept.append(answered)
                return
        self._client.record_answer([answered])

    def store(self) -> None:
        """Store what came so far, so that no outcome waits for calls of a later wave."""
        with self._lock:
            kept, self._kept = self._kept, []
        if kept:
            self._client.record_answer(kept)

    def close(self) -> None:
        with self._lock:
            self._gathers_until = 0.0
        self.store()


def _finish(run: Run[Any], outcomes: _Outcomes) -> Answer[Any]:
    """In a pool thread: complete the call and never raise."""
    value: Any = None
    error: ConsoleError | None = None
    try:
        value = run.complete(outcomes.record)
    except ConsoleError as known:
        error = known
    except Exception as mishap:
        logger.error("The call %s ended in a mistake of our own: %s.", run.call.name, mistake(mishap))
        kind = OutcomeUnknown if run.call.write else Garbled
        error = kind("Something went wrong in the console while it was waiting for the loyalty system.")
    return Answer(value, error, False, _since(run), datetime.now(UTC))


def _no_thread() -> Answer[Any]:
    error = RateLimited(
        "The console is busy with other calls to the loyalty system, so this one was not sent.",
        next_step="Wait a few seconds and try again.",
    )
    return Answer(None, error, False, 0, datetime.now(UTC))


def _pending(run: Run[Any]) -> Answer[Any]:
    return Answer(None, None, True, _since(run), datetime.now(UTC))


def _left(ends_at: float) -> float | None:
    return None if ends_at == float("inf") else max(0.0, ends_at - time.monotonic())


def _since(run: Run[Any]) -> int:
    return round((time.monotonic() - run.started) * 1000)
