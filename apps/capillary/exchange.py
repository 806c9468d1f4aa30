"""One attempt on the wire, as values: what goes out, what came back or how it failed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Failure(Enum):
    """How an attempt ended without a reply, and what that says about a write."""

    NOT_MADE = "not made"  # it could not even be put together: certainly not done, and never will be
    NOT_CONNECTED = "not connected"  # nothing left: certainly not done
    TIMED_OUT = "timed out"  # sent, no answer in time: unknown
    DROPPED = "dropped"  # sent, connection broke: unknown


@dataclass(frozen=True, slots=True)
class Request:
    """What one attempt sends. `headers` hold credentials and are never recorded."""

    method: str
    path: str
    params: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, already unzipped. `body` is cut at the transport's bound, `whole` says whether it was."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    whole: bool = True

    @property
    def content_type(self) -> str:
        """Lower case, "" when absent."""
        return self.headers.get("Content-Type", "").lower()

    @property
    def request_id(self) -> str:
        """The outside's own reference of this request."""
        return self.headers.get("X-Cap-Requestid", "") or self.headers.get("X-CAP-REQUEST-ID", "")


@dataclass(frozen=True, slots=True)
class NoReply:
    """The attempt failed on the wire; `error` is the class of the failure."""

    failure: Failure
    error: str
