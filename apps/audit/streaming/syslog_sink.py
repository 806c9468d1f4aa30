"""Syslog over UDP (RFC 5426), TCP with octet counting (RFC 6587, 3.4.1) and TLS (RFC 5425).

Syslog has no receipt. Over TCP and TLS each batch therefore has a connection of its own, is ended by us first, and
counts as taken when the receiver has read to the end and closed in turn. A datagram counts as taken once it has left.
"""

import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from urllib.parse import SplitResult

from apps.audit.streaming.records import Record
from apps.audit.streaming.sink import SinkAway
from apps.audit.streaming.syslog import Form

PORTS = {"udp": 514, "tcp": 601, "tls": 6514}
CONNECT_SECONDS = 5.0
SEND_SECONDS = 15.0


@dataclass(frozen=True)
class SyslogSink:
    """`address` is udp://, tcp:// or tls:// with host and port; `ca` and `certificate` are files, for TLS."""

    address: SplitResult
    form: Form
    ca: str = ""
    certificate: str = ""
    name: str = "syslog"
    at_once: int = 500

    def take(self, records: Sequence[Record]) -> None:
        """Raises: SinkAway"""
        messages = [self.form.message(one) for one in records]
        ways: dict[str, Callable[[list[bytes]], None]] = {
            "udp": self._datagrams,
            "tcp": partial(self._stream, secure=False),
            "tls": partial(self._stream, secure=True),
        }
        try:
            ways[self.address.scheme](messages)
        except ssl.SSLCertVerificationError as error:
            raise SinkAway(f"its certificate does not hold: {error.verify_message}") from None
        except TimeoutError:
            raise SinkAway("it does not answer in time, or did not read to the end") from None
        except OSError as error:
            raise SinkAway(error.strerror or type(error).__name__) from None

    def _where(self) -> tuple[str, int]:
        return self.address.hostname or "", self.address.port or PORTS[self.address.scheme]

    def _datagrams(self, messages: list[bytes]) -> None:
        found = socket.getaddrinfo(*self._where(), type=socket.SOCK_DGRAM)
        family, kind, protocol, _name, where = found[0]
        with socket.socket(family, kind, protocol) as link:
            # Connected, a datagram that nobody listens for is told with the next one.
            link.settimeout(SEND_SECONDS)
            link.connect(where)
            for one in messages:
                link.send(one)
            if error := link.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(error, "nobody listens there")

    def _stream(self, messages: list[bytes], *, secure: bool) -> None:
        data = b"".join(b"%d %s" % (len(one), one) for one in messages)
        with socket.create_connection(self._where(), CONNECT_SECONDS) as plain:
            plain.settimeout(SEND_SECONDS)
            if not secure:
                plain.sendall(data)
                plain.shutdown(socket.SHUT_WR)
                _read_to_end(plain)
                return
            context = ssl.create_default_context(cafile=self.ca or None)
            if self.certificate:
                context.load_cert_chain(self.certificate)
            with context.wrap_socket(plain, server_hostname=self.address.hostname) as link:
                link.sendall(data)
                _end(link)


def _read_to_end(link: socket.socket) -> None:
    """One time for all of it: a receiver that sends a byte now and then would hold the worker for ever.

    A reset is no end: it says that something we sent was not read.
    """
    until = monotonic() + SEND_SECONDS
    while (left := until - monotonic()) > 0:
        link.settimeout(left)
        if not link.recv(4_096):
            return
    raise TimeoutError


def _end(link: ssl.SSLSocket) -> None:
    """Say that nothing more comes, and wait for the same word (RFC 5425, 4.4), or for the end of the connection."""
    try:
        link.unwrap()
    except ssl.SSLError as error:
        if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            return
        raise
