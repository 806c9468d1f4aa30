"""The client: sends calls, one or many at once, each recorded before it leaves and after it ended."""

import contextvars
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime
from typing import Any, TypeVar

from apps.capillary.auth import Auth, MemoryTokenStore, TokenStore, auth_for
from apps.capillary.calls import Answer, Call
from apps.capillary.circuit import Circuit, circuit_for
from apps.capillary.conclude import mistake
from apps.capillary.config import Config, Till
from apps.capillary.errors import CapillaryError, Garbled, OutcomeUnknown
from apps.capillary.ratelimit import Lane, RateLimiter, limiter_for
from apps.capillary.recording import AnsweredCall, Recorder, SentCall
from apps.capillary.resources import token as token_resource
from apps.capillary.run import Run
from apps.capillary.transport import Transport, transport_for
from apps.capillary.types_auth import Token
from apps.core.errors import ConsoleError

T = TypeVar("T")
POOL_THREADS = 32
logger = logging.getLogger(__name__)


class Client:
    """One actor's way to the outside. Cheap to make: connections, limiter and circuit are shared per process.

    `lane` is "people" for a click and "bulk" for long work. `till` is the store on whose behalf calls are made.
    """

    def __init__(
        self,
        config: Config,
        *,
        recorder: Recorder,
        limiter: RateLimiter | None = None,
        tokens: TokenStore | None = None,
        till: Till | None = None,
        lane: Lane = "people",
        circuit: Circuit | None = None,
        transport: Transport | None = None,
    ) -> None:
        self.config = config
        self.recorder = recorder
        self.limiter = limiter or limiter_for(config)
        self.lane: Lane = lane
        self.circuit = circuit or circuit_for(config)
        self.transport = transport or transport_for(config)
        self.auth = auth_for(config, tokens or MemoryTokenStore(), till)

    def send(self, call: Call[T]) -> T:
        """Send one call and wait for its end.

        Raises: an error of apps.capillary.errors; whatever the recorder raises when the intent could not be
        stored (then nothing left).
        """
        return self._send(call, self.auth)

    def send_all(
        self, calls: Mapping[str, Call[Any]], *, wait_seconds: float | None = None
    ) -> dict[str, Answer[Any]]:
        """Send several calls at once; one that fails does not touch the others.

        The intents of the first attempts are stored together before any of them leaves, the outcomes together
        at the end. A call still running after `wait_seconds` answers as pending and stores its own outcome
        when it comes. Raises only what the recorder raises when the intents could not be stored.
        """
        batch = _Batch(self)
        runs, answers = self._begin_all(calls)
        if runs:
            self.recorder.sent([intent for _, intent in runs.values()])
        # Each thread gets a copy of the context, so that the reference of the click goes with it.
        futures = {
            key: _threads().submit(contextvars.copy_context().run, _finish, run, batch)
            for key, (run, _) in runs.items()
        }
        wait(futures.values(), timeout=wait_seconds)
        batch.close()
        for key, future in futures.items():
            answers[key] = future.result() if future.done() else _pending(runs[key][0])
        return {key: answers[key] for key in calls}

    def fetch_token(self) -> Token:
        """A new OAuth token, recorded like any other call."""
        call = token_resource.generate(key=self.config.client_key, secret=self.config.client_secret)
        return self._send(call, _NoAuth((self.config.client_secret,)))

    def record_answer(self, answered: list[AnsweredCall]) -> None:
        """Store outcomes. What happened outside has happened: a recorder that fails here is only logged.

        The intent is stored already, so the trail shows a call without an answer.
        """
        try:
            self.recorder.answered(answered)
        except Exception as mishap:
            ids = ", ".join(item.call_id for item in answered)
            logger.critical("The outcome of %s could not be stored: %s.", ids, mistake(mishap))

    def _send(self, call: Call[T], auth: Auth) -> T:
        run = Run(self, call, auth)
        self.circuit.admit(write=call.write)
        run.take_turn()
        self.recorder.sent([run.begin()])
        return run.complete(lambda answered: self.record_answer([answered]))

    def _begin_all(
        self, calls: Mapping[str, Call[Any]]
    ) -> tuple[dict[str, tuple[Run[Any], SentCall]], dict[str, Answer[Any]]]:
        runs: dict[str, tuple[Run[Any], SentCall]] = {}
        answers: dict[str, Answer[Any]] = {}
        for key, call in calls.items():
            run = Run(self, call, self.auth)
            try:
                self.circuit.admit(write=call.write)
                runs[key] = (run, run.begin())
            except CapillaryError as error:
                answers[key] = Answer(None, error, False, 0, datetime.now(UTC))
        return runs, answers


class _NoAuth:
    """The call that makes a token carries its credentials in the body."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = tuple(filter(None, secrets))

    def headers(self, fetch: Callable[[], Token], *, wait_seconds: float) -> dict[str, str]:
        return {}

    def refused(self, headers: Mapping[str, str]) -> bool:
        return False

    def secrets(self, headers: Mapping[str, str]) -> tuple[str, ...]:
        return self._secrets


class _Batch:
    """Gathers outcomes while somebody waits for them; after that each is stored by its own thread."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._kept: list[AnsweredCall] = []
        self._open = True

    def record(self, answered: AnsweredCall) -> None:
        with self._lock:
            if self._open:
                self._kept.append(answered)
                return
        self._client.record_answer([answered])

    def close(self) -> None:
        with self._lock:
            self._open = False
        if self._kept:
            self._client.record_answer(self._kept)


def _finish(run: Run[Any], batch: _Batch) -> Answer[Any]:
    """In a pool thread: complete the call and never raise."""
    value: Any = None
    error: ConsoleError | None = None
    try:
        value = run.complete(batch.record)
    except ConsoleError as known:
        error = known
    except Exception as mishap:
        logger.error("The call %s ended in a mistake of our own: %s.", run.call.name, mistake(mishap))
        kind = OutcomeUnknown if run.call.write else Garbled
        error = kind("Something went wrong in the console while it was waiting for the loyalty system.")
    return Answer(value, error, False, _since(run), datetime.now(UTC))


def _pending(run: Run[Any]) -> Answer[Any]:
    return Answer(None, None, True, _since(run), datetime.now(UTC))


def _since(run: Run[Any]) -> int:
    return round((time.monotonic() - run.started) * 1000)


_pools: list[ThreadPoolExecutor] = []
_guard = threading.Lock()


def _threads() -> ThreadPoolExecutor:
    """The pool of this process, made at the first need; a forked child makes its own."""
    with _guard:
        if not _pools:
            _pools.append(ThreadPoolExecutor(POOL_THREADS, thread_name_prefix="capillary"))
        return _pools[0]


os.register_at_fork(after_in_child=_pools.clear)
