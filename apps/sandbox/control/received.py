"""What arrived: the last requests, without secrets, so that a test can say none or exactly one came."""

from collections import deque
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from itertools import count
from threading import Lock
from typing import Any

from django.http import HttpRequest

_SECRET_HEADERS = frozenset({"authorization", "x-cap-api-oauth-token", "cookie"})
_BODY_LIMIT = 20_000


@dataclass
class Received:
    """One request and, once answered, its status (0: the connection was dropped) and duration."""

    number: int
    at: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: str
    status: int | None = None
    request_id: str = ""
    duration_ms: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The request as the control API shows it."""
        return asdict(self)


class RequestBook:
    """The last two thousand requests; safe for many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._rows: deque[Received] = deque(maxlen=2000)
        self._numbers = count(1)

    def note(self, request: HttpRequest) -> Received:
        """Write a request down before it is worked on."""
        secret = request.path.startswith("/v3/oauth/")
        row = Received(
            number=next(self._numbers),
            at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            method=str(request.method),
            path=request.path,
            query=request.META.get("QUERY_STRING", ""),
            headers={name: _shown(name, value) for name, value in request.headers.items()},
            body="(not kept)" if secret else request.body[:_BODY_LIMIT].decode(errors="replace"),
        )
        with self._lock:
            self._rows.append(row)
        return row

    def rows(self, *, path: str = "*", method: str = "*", after: int = 0) -> list[Received]:
        """What came, oldest first."""
        with self._lock:
            rows = list(self._rows)
        return [
            row
            for row in rows
            if fnmatchcase(row.path, path) and method in ("*", row.method) and row.number > after
        ]

    def forget(self) -> None:
        """Start with an empty list."""
        with self._lock:
            self._rows.clear()


book = RequestBook()


def _shown(name: str, value: str) -> str:
    return "(secret)" if name.lower() in _SECRET_HEADERS else value
