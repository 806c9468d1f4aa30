"""One call from its first attempt to its end: turn, intent, exchange, verdict, and perhaps once more."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from ulid import ULID

from apps.capillary import records
from apps.capillary.auth import Auth
from apps.capillary.calls import Call
from apps.capillary.circuit import Admission
from apps.capillary.conclude import Conclusion, conclude
from apps.capillary.decode import decode, encode
from apps.capillary.errors import NotSent, Unauthorized
from apps.capillary.exchange import Failure, NoReply, Reply, Request
from apps.capillary.moments import naive_zone
from apps.capillary.readers import ShapeError
from apps.capillary.recording import AnsweredCall, SentCall
from apps.capillary.redact import Redactor
from apps.capillary.retry import pause_before_retry

if TYPE_CHECKING:
    from apps.capillary.client import Client

T = TypeVar("T")
# A turn that came in time may be noticed a little late; more than that means the process was asleep.
LATE_SECONDS = 1.0
TRY_TILL = "Ask an administrator to test the sign-in of the store's till, on the store's page."


class Run(Generic[T]):
    """Used by one thread at a time. `begin` makes the intent, the caller records it, `complete` does the rest.

    `within` is the admission of the call this one is made for: its sign-in travels under it.
    """

    def __init__(self, client: "Client", call: Call[T], auth: Auth, within: Admission | None = None) -> None:
        self.client = client
        self.call = call
        self.auth = auth
        self.admission = within
        self.is_own_way = within is None
        self.started = time.monotonic()
        self.ends_at = self.started + client.config.deadline_seconds
        self.attempt = 0
        self.call_id = ""
        self.headers: dict[str, str] = {}
        self.redactor = Redactor()
        self.has_turn = False
        self.renewed = False
        self.held_back: NotSent | None = None
        self.leaves_by = float("inf")

    def admit(self) -> Admission:
        """Pass the circuit, once. Raises CircuitOpen."""
        if self.admission is None:
            self.admission = self.client.circuit.admit(write=self.call.write)
        return self.admission

    def release(self) -> None:
        """Nothing more comes of this call: another may try in its place."""
        if self.admission is not None and self.is_own_way:
            self.admission.release()

    def recorded(self) -> None:
        """The intent is stored: from now on it leaves within the longest wait of its lane, or not at all."""
        self.leaves_by = time.monotonic() + self.client.limiter.wait_seconds[self.client.lane]

    def take_turn(self) -> None:
        """Wait for the lane. The deadline of the call starts with its turn. Raises RateLimited."""
        ends_at = self.leaves_by if self.attempt <= 1 else min(self.leaves_by, self.ends_at)
        left = ends_at - time.monotonic()
        self.client.limiter.acquire(self.client.lane, at_most_seconds=left)
        if time.monotonic() > ends_at + LATE_SECONDS:
            raise NotSent(
                "The console was held up for too long, so nothing was sent.",
                next_step="Try again in a moment.",
            )
        if self.call.allowance is not None:
            self.client.limiter.spend(self.call.allowance, self.client.lane)
        self.has_turn = True
        if self.attempt <= 1:
            self.ends_at = time.monotonic() + self.client.config.deadline_seconds

    def begin(self) -> SentCall:
        """The intent of the next attempt, with credentials at hand; nothing is recorded or sent yet."""
        admission = self.admit()
        left = self.ends_at - time.monotonic()
        self.headers = self.auth.headers(lambda: self.client.fetch_token(admission), wait_seconds=left)
        self.attempt += 1
        self.call_id = str(ULID())
        secrets = (*self.auth.secrets(self.headers), *self.call.secrets)
        self.redactor = Redactor(secrets=secrets, known=self.call.identifiers, names=self.call.names)
        return records.sent(self.call, self.call_id, self.attempt, self.redactor)

    def complete(self, record_last: Callable[[AnsweredCall], None]) -> T:
        """Send the attempt that was begun and whatever retries follow; raises an error of the tree."""
        try:
            while True:
                result, latency_ms = self._exchange()
                decoded = _decoded(result)
                conclusion = self._conclude(result, decoded)
                self._note(result, conclusion, latency_ms)
                answered = records.answered(
                    self.call, self.call_id, result, decoded, conclusion, latency_ms, self.redactor
                )
                pause = self._pause(result, conclusion)
                if pause is None:
                    record_last(answered)
                    return self._end(conclusion)
                self.client.record_answer([answered])
                time.sleep(pause)
                self.has_turn = False
                self.client.recorder.sent([self.begin()])
                self.recorded()
        finally:
            self.release()

    def _note(self, result: Reply | NoReply | None, conclusion: Conclusion[T], latency_ms: int) -> None:
        """Only what reached for the outside says anything about it."""
        if result is None or (isinstance(result, NoReply) and result.failure is Failure.NOT_MADE):
            return
        self.admit().note(
            well=conclusion.well,
            latency_ms=latency_ms,
            answered=isinstance(result, Reply),
            settles=self.is_own_way,
            about=self.call.customer_id,
        )

    def _exchange(self) -> tuple[Reply | NoReply | None, int]:
        """One attempt on the wire and its milliseconds; None when the limiter did not let it leave."""
        try:
            if not self.has_turn:
                self.take_turn()
        except NotSent as error:
            self.held_back = error
            return None, 0
        began = time.monotonic()
        result = self.client.transport.send(self._request(), ends_at=self.ends_at)
        return result, round((time.monotonic() - began) * 1000)

    def _conclude(self, result: Reply | NoReply | None, decoded: Any) -> Conclusion[T]:
        if result is None:
            return Conclusion(None, self.held_back, "not_done")
        zone = naive_zone.set(ZoneInfo(self.client.config.timezone))
        try:
            return conclude(self.call, result, decoded)
        finally:
            naive_zone.reset(zone)

    def _request(self) -> Request:
        config = self.client.config
        kind = config.v11_format if self.call.dialect == "v11" else "json"
        headers = {
            "Accept": f"application/{kind}",
            **self.call.headers,
            **config.extra_headers,
            **self.headers,
        }
        body = None
        if self.call.body is not None:
            body = encode(self.call.body)
            headers["Content-Type"] = "application/json"
        return Request(self.call.method, self.call.path, self.call.params, body, headers)

    def _pause(self, result: Reply | NoReply | None, conclusion: Conclusion[T]) -> float | None:
        """Seconds until the next attempt, None when this was the last."""
        if (
            isinstance(conclusion.error, Unauthorized)
            and not self.renewed
            and self.auth.refused(self.headers)
        ):
            self.renewed = True
            return 0.0
        if result is None or conclusion.error is None:
            return None
        left = self.ends_at - time.monotonic()
        pause = pause_before_retry(result, write=self.call.write, attempt=self.attempt, seconds_left=left)
        return pause if pause is not None and self.admit().holds() else None

    def _end(self, conclusion: Conclusion[T]) -> T:
        if conclusion.error is not None:
            conclusion.error.call_id = self.call_id
            if isinstance(conclusion.error, Unauthorized) and self.client.signs_in_as_till:
                conclusion.error.next_step = TRY_TILL
            raise conclusion.error
        return conclusion.value  # type: ignore[return-value]


def _decoded(result: Reply | NoReply | None) -> Any:
    """Plain values, or the ShapeError that says why there are none; None without a reply."""
    if not isinstance(result, Reply):
        return None
    if not result.whole:
        return ShapeError("the reply is not whole")
    try:
        return decode(result.body, result.content_type)
    except ShapeError as error:
        return error
