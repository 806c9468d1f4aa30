"""Cutting the line: closing the caller's TCP connection without an answer."""

import socket
from typing import Any


def cut(environ: dict[str, Any]) -> None:
    """Shut the connection the request came through, under gunicorn and under Django's own server."""
    line = _socket_of(environ)
    if line is not None:
        line.shutdown(socket.SHUT_RDWR)


def _socket_of(environ: dict[str, Any]) -> socket.socket | None:
    if "gunicorn.socket" in environ:
        return environ["gunicorn.socket"]  # type: ignore[no-any-return]
    # Django's development server wraps the reading end of the socket twice and offers no way to it.
    reader = getattr(getattr(environ["wsgi.input"], "_read", None), "__self__", None)
    return getattr(getattr(reader, "raw", None), "_sock", None)
