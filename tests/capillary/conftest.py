"""A small real server that says what a test tells it to, and a recorder that remembers."""

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from apps.capillary.auth import MemoryTokenStore
from apps.capillary.circuit import Circuit
from apps.capillary.client import Client
from apps.capillary.config import Config
from apps.capillary.ratelimit import RateLimiter
from apps.capillary.recording import AnsweredCall, SentCall
from apps.capillary.transport import HttpTransport

Answering = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Each request takes the next scripted answer; tokens are always given."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _serve(self, body: bytes) -> None:
        outside: Outside = self.server.outside  # type: ignore[attr-defined]
        if self.path.startswith("/v3/oauth") and not outside.scripts_tokens:
            outside.tokens += 1
            self.json(
                {
                    "data": {"accessToken": f"token-number-{outside.tokens}", "ttlSeconds": outside.ttl},
                    "errors": None,
                }
            )
            return
        with outside.lock:
            outside.seen.append((self.command, self.path, dict(self.headers), body))
            answer = outside.answers.pop(0) if len(outside.answers) > 1 else outside.answers[0]
        answer(self)

    def send(self, body: bytes, *, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        """One whole reply."""
        lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        named = {"X-Cap-Requestid": "REQ5670"} | {
            key.replace("_", "-"): value for key, value in headers.items()
        }
        lines += [f"{key}: {value}" for key, value in named.items()]
        self.wfile.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def json(self, value: Any, *, status: int = 200, **headers: str) -> None:
        """A JSON reply."""
        self.send(json.dumps(value).encode(), status=status, **headers)

    def cut(self) -> None:
        """Break the connection without an answer."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


@dataclass
class Outside:
    """The scripted outside: `answers` in order, the last one again and again; `seen` is what arrived."""

    url: str = ""
    answers: list[Answering] = field(default_factory=list)
    seen: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    tokens: int = 0
    ttl: int = 300
    scripts_tokens: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def says(self, *answers: Answering | dict[str, Any]) -> None:
        """Script the answers; an object is sent as JSON."""
        self.answers = [_as_json(one) if isinstance(one, dict) else one for one in answers]


def _as_json(value: dict[str, Any]) -> Answering:
    return lambda handler: handler.json(value)


@dataclass
class Memory:
    """A recorder that keeps everything, and can be told to fail."""

    intents: list[SentCall] = field(default_factory=list)
    outcomes: list[AnsweredCall] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    broken: Exception | None = None

    def sent(self, calls: list[SentCall]) -> None:
        if self.broken:
            raise self.broken
        self.batches.append(len(calls))
        self.intents += calls

    def answered(self, calls: list[AnsweredCall]) -> None:
        self.outcomes += calls


@pytest.fixture(scope="session")
def server() -> Iterator[ThreadingHTTPServer]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.daemon_threads = True
    threading.Thread(target=made.serve_forever, daemon=True, kwargs={"poll_interval": 0.05}).start()
    yield made
    made.shutdown()


@pytest.fixture
def outside(server: ThreadingHTTPServer) -> Outside:
    """A fresh script on the shared server."""
    fresh = Outside(url=f"http://127.0.0.1:{server.server_port}")
    server.outside = fresh  # type: ignore[attr-defined]
    return fresh


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def make(outside: Outside, memory: Memory) -> Callable[..., Client]:
    """A client of the scripted outside with its own limiter, circuit and tokens; keywords go to Config."""

    def _make(**conf: Any) -> Client:
        parts = {
            name: conf.pop(name) for name in ("till", "tokens", "lane", "circuit", "limiter") if name in conf
        }
        settings = {"base_url": outside.url, "client_key": "key-of-tests", "client_secret": "secret-of-tests"}
        config = Config(**{**settings, "calls_per_second": 1000, **conf})
        parts.setdefault("limiter", RateLimiter(key=config.key, calls_per_second=config.calls_per_second))
        return Client(
            config,
            recorder=memory,
            **{
                "tokens": MemoryTokenStore(),
                "circuit": Circuit(),
                "transport": HttpTransport(config),
                **parts,
            },
        )

    return _make


@pytest.fixture
def client(make: Callable[..., Client]) -> Client:
    return make()


def zipped(value: Any) -> Answering:
    """A gzipped JSON reply."""
    return lambda handler: handler.send(gzip.compress(json.dumps(value).encode()), Content_Encoding="gzip")


def drip(pause: float, pieces: int, *, head: bool = False) -> Answering:
    """A reply that comes byte by byte, headers too when asked."""

    def _answer(handler: Handler) -> None:
        start = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n"
        try:
            if not head:
                handler.wfile.write(start)
            for byte in (start if head else b" " * pieces)[:pieces]:
                handler.wfile.write(bytes([byte]))
                handler.wfile.flush()
                time.sleep(pause)
        except OSError:
            return
        handler.close_connection = True

    return _answer
