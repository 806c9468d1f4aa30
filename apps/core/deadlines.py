"""A total deadline for one exchange, kept at the socket: a slow drip cannot outlive it.

The usual read timeout starts anew with each byte that arrives, and connecting, TLS and sending have each one of their
own. Here every single wait on the socket gets no more than what is left of the whole.
"""

import http.client
import io
import socket
import threading
import time
from typing import Any, cast

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError

BUFFER = 65536


class Clock(threading.local):
    """The exchange this thread is in: when it must be over, and whether a byte has left."""

    ends_at = float("inf")
    read_timeout = 10.0
    sent = False

    def left(self) -> float:
        """Seconds for the next wait; raises TimeoutError when the deadline has passed."""
        remaining = self.ends_at - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("the deadline of the call has passed")
        return min(remaining, self.read_timeout)


clock = Clock()


class _Patient(io.RawIOBase):
    """Reads from a socket, each wait within the deadline."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(clock.left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Readable:
    """What http.client asks of a socket: a file to read the reply from."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, *_args: Any) -> io.BufferedReader:
        return io.BufferedReader(_Patient(self._sock), BUFFER)


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(cast(socket.socket, _Readable(sock)), *args, **kwargs)


class _Marked:
    """Notes the moment before the first byte leaves: before it, a failed write is certainly not done. After the
    deadline none leaves."""

    sock: socket.socket | None

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()  # type: ignore[attr-defined]
        cast(socket.socket, self.sock).settimeout(self._left())
        clock.sent = True
        super().send(data)  # type: ignore[misc]

    def _left(self) -> float:
        try:
            return clock.left()
        except TimeoutError as error:
            raise ConnectTimeoutError(self, str(error)) from None


class _HTTPConnection(_Marked, HTTPConnection):
    response_class = _Response


class _HTTPSConnection(_Marked, HTTPSConnection):
    response_class = _Response

    def _new_conn(self) -> socket.socket:
        """Connected; TLS has what is left of the whole."""
        sock = super()._new_conn()
        try:
            sock.settimeout(min(sock.gettimeout() or clock.read_timeout, self._left()))
        except ConnectTimeoutError:
            sock.close()
            raise
        return sock


class HTTPPool(HTTPConnectionPool):
    """urllib3's, whose connections keep the deadline of `clock`."""

    ConnectionCls = _HTTPConnection


class HTTPSPool(HTTPSConnectionPool):
    """The same over TLS."""

    ConnectionCls = _HTTPSConnection
