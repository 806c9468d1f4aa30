"""What the recorder of outside calls is told, before and after each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Outcome = Literal["done", "not_done", "unknown"]
Identifiers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SentCall:
    """One attempt, about to leave. Everything here is redacted, except `identifiers`.

    `identifiers` are (kind, full value) pairs for keyed hashing only and must never be stored in clear.
    `path` has no query. `attempt` counts from 1; a retry is a new call with its own `call_id` (a ULID).
    """

    call_id: str
    name: str
    method: str
    path: str
    params: Mapping[str, Any]
    body: Mapping[str, Any] | str | None
    attempt: int
    write: bool
    identifiers: Identifiers = ()
    customer_id: str = ""


@dataclass(frozen=True, slots=True)
class AnsweredCall:
    """The end of one attempt. `reply` is redacted and bounded.

    `status` is None when nothing came back. `error` is a short class of failure such as "ReadTimeout",
    never a text from outside. `codes` are the API's own, overall and per item. `told_id` is the customer's
    internal id where the answer itself names it; `customer_id` may be what the caller asked with.
    """

    call_id: str
    name: str
    method: str
    path: str
    status: int | None
    outcome: Outcome
    codes: tuple[str, ...]
    request_id: str
    latency_ms: int
    reply: Any
    error: str = ""
    identifiers: Identifiers = ()
    customer_id: str = ""
    told_id: str = ""


class Recorder(Protocol):
    """Keeps both halves of every call."""

    def sent(self, calls: list[SentCall]) -> None:
        """Store the intents durably. When this raises, nothing leaves."""

    def answered(self, calls: list[AnsweredCall]) -> None:
        """Store the outcomes."""
