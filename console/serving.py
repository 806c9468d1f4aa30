"""The gunicorn worker of the web process: an address it cannot read is refused on a page of the console."""

import logging
import socket
from contextlib import suppress
from typing import Any

from django.template.loader import render_to_string
from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

from apps.core.context import new_reference, use_reference
from console.settings_headers import ALWAYS, policy_in_words

logger = logging.getLogger("console.web")
PIECE = 65_536
PIECES = 16

HEAD = "".join(
    f"{line}\r\n"
    for line in (
        "HTTP/1.1 414 URI Too Long",
        "Connection: close",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Security-Policy: {policy_in_words()}",
        *(f"{name}: {value}" for name, value in ALWAYS.items()),
        "Cache-Control: no-store",
        "X-Reference: {reference}",
        "Content-Length: {length}",
        "",
    )
)


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker with threads; only its bare page for addresses over 4 kB is replaced."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Answer what went wrong before the console was asked."""
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        with use_reference(new_reference()) as reference:
            # The address itself may hold somebody's identifier, so it is not written down.
            logger.warning("An address was too long to be read.")
            page = render_to_string("errors/414.html").encode()
        head = HEAD.format(reference=reference, length=len(page))
        with suppress(OSError):
            _read_the_rest(client)
            client.sendall(head.encode("ascii") + page)


def _read_the_rest(client: socket.socket) -> None:
    """Take in what is on its way: closing over unread bytes would break the connection before the answer."""
    client.settimeout(0.2)
    with suppress(TimeoutError):
        for _piece in range(PIECES):
            if not client.recv(PIECE):
                break
    client.settimeout(2)
