"""Sends one attempt over pooled connections, never longer than its deadline, and tells how it ended."""

import logging
import os
import threading
import time
from http.cookiejar import DefaultCookiePolicy
from typing import Protocol

import requests
import urllib3.exceptions

from apps.capillary.config import Config
from apps.capillary.deadlines import DeadlineAdapter
from apps.capillary.exchange import Failure, NoReply, Reply, Request
from apps.core.deadlines import clock

# Its messages show addresses with their query, and so the identifiers in it.
logging.getLogger("urllib3").setLevel(logging.ERROR)

LARGEST_BODY = 8 * 1024 * 1024
NOTHING_LEFT = (
    urllib3.exceptions.NewConnectionError
    | urllib3.exceptions.NameResolutionError
    | urllib3.exceptions.ConnectTimeoutError
    | urllib3.exceptions.SSLError
)
# A header or an address that cannot be written on the wire.
NEVER_MADE = (
    requests.exceptions.InvalidHeader | requests.exceptions.InvalidURL | urllib3.exceptions.LocationParseError
)
TOO_LATE = requests.Timeout | urllib3.exceptions.TimeoutError | TimeoutError


class Transport(Protocol):
    """Anything that can carry a request."""

    def send(self, request: Request, *, ends_at: float) -> Reply | NoReply:
        """Send once; `ends_at` is on the monotonic clock. Never raises for what the wire does."""


class HttpTransport:
    """`requests` over one pool of connections per process; safe to use from many threads."""

    def __init__(self, config: Config) -> None:
        self.base_url = config.base_url.rstrip("/")
        self.connect_timeout = config.connect_timeout_seconds
        self.read_timeout = config.read_timeout_seconds
        self.session = requests.Session()
        # Neither proxies nor netrc of the machine: the request goes where the configuration says, or nowhere.
        self.session.trust_env = False
        self.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = DeadlineAdapter(pool_connections=4, pool_maxsize=config.pool_size, max_retries=0)
        self.session.mount("http://", adapter)
        self.session.mount("https://", adapter)

    def send(self, request: Request, *, ends_at: float) -> Reply | NoReply:
        """One attempt: connect, send, read all of the reply, within `ends_at`."""
        left = ends_at - time.monotonic()
        if left <= 0:
            return NoReply(Failure.NOT_CONNECTED, "DeadlinePassed")
        clock.ends_at, clock.read_timeout, clock.sent = ends_at, self.read_timeout, False
        try:
            with self._start(request, left) as response:
                return _read(response)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            return _no_reply(error)
        except ValueError as error:
            # A header or an address that cannot be written on the wire. Nothing of an answer ends here:
            # once bytes have left, it counts like any other break.
            return NoReply(Failure.DROPPED if clock.sent else Failure.NOT_MADE, type(error).__name__)
        finally:
            clock.ends_at = float("inf")

    def _start(self, request: Request, left: float) -> requests.Response:
        return self.session.request(
            request.method,
            self.base_url + request.path,
            params=request.params,
            data=request.body,
            headers=request.headers,
            timeout=(min(self.connect_timeout, left), min(self.read_timeout, left)),
            # A redirect could carry credentials elsewhere, or repeat a write.
            allow_redirects=False,
            stream=True,
        )


def _read(response: requests.Response) -> Reply:
    try:
        body = response.raw.read(LARGEST_BODY + 1, decode_content=True)
    except urllib3.exceptions.DecodeError:
        return Reply(response.status_code, response.headers, b"", whole=False)
    return Reply(response.status_code, response.headers, body[:LARGEST_BODY], whole=len(body) <= LARGEST_BODY)


def _no_reply(error: Exception) -> NoReply:
    """Not connected only when both agree: the error is one of connecting, and no byte was handed over."""
    inner = getattr(error.args[0], "reason", error.args[0]) if error.args else error
    name = type(inner if isinstance(inner, Exception) else error).__name__
    if isinstance(error, NEVER_MADE) and not clock.sent:
        return NoReply(Failure.NOT_MADE, name)
    connecting = isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError | NOTHING_LEFT)
    if (connecting or isinstance(inner, NOTHING_LEFT)) and not clock.sent:
        return NoReply(Failure.NOT_CONNECTED, name)
    if isinstance(error, TOO_LATE) or isinstance(inner, TOO_LATE):
        return NoReply(Failure.TIMED_OUT, name)
    return NoReply(Failure.DROPPED, name)


_transports: dict[tuple[object, ...], HttpTransport] = {}
_lock = threading.Lock()


def transport_for(config: Config) -> HttpTransport:
    """The process-wide transport of this connection."""
    key = (
        config.base_url,
        config.connect_timeout_seconds,
        config.read_timeout_seconds,
        config.pool_size,
    )
    with _lock:
        if key not in _transports:
            _transports[key] = HttpTransport(config)
        return _transports[key]


# A forked child must not speak over its parent's sockets.
os.register_at_fork(after_in_child=_transports.clear)
