"""The client: sends calls, one or many at once, each recorded before it leaves and after it ended."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from apps.capillary.auth import Auth, MemoryTokenStore, TokenStore, auth_for
from apps.capillary.batch import Batch
from apps.capillary.calls import Answer, Call
from apps.capillary.circuit import Admission, Circuit, circuit_for
from apps.capillary.conclude import mistake
from apps.capillary.config import Config, Till
from apps.capillary.ratelimit import Lane, RateLimiter, limiter_for
from apps.capillary.recording import AnsweredCall, Recorder
from apps.capillary.resources import token as token_resource
from apps.capillary.run import Run
from apps.capillary.transport import Transport, transport_for
from apps.capillary.types_auth import Token

T = TypeVar("T")
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
        self.signs_in_as_till = config.auth == "basic" and till is not None and bool(till.username)

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
        when it comes. One for which no thread was free in time answers RateLimited and was never recorded.
        Raises only what the recorder raises when the intents could not be stored.
        """
        return Batch(self, wait_seconds).send(calls)

    def fetch_token(self, admission: Admission | None = None) -> Token:
        """A new OAuth token, recorded like any other call; on the way of a call under that call's admission."""
        call = token_resource.generate(key=self.config.client_key, secret=self.config.client_secret)
        return self._send(call, _NoAuth((self.config.client_secret,)), admission)

    def record_answer(self, answered: list[AnsweredCall]) -> None:
        """Store outcomes. What happened outside has happened: a recorder that fails here is only logged.

        The intent is stored already, so the trail shows a call without an answer.
        """
        try:
            self.recorder.answered(answered)
        except Exception as mishap:
            ids = ", ".join(item.call_id for item in answered)
            logger.critical("The outcome of %s could not be stored: %s.", ids, mistake(mishap))

    def _send(self, call: Call[T], auth: Auth, admission: Admission | None = None) -> T:
        run = Run(self, call, auth, admission)
        try:
            run.admit()
            run.take_turn()
            self.recorder.sent([run.begin()])
            run.recorded()
            return run.complete(lambda answered: self.record_answer([answered]))
        finally:
            run.release()


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
