"""One request to an endpoint: only to addresses that may be reached, and to exactly the address that was looked at.

Whoever names an address here makes the console send requests from within the house. So when live only https is spoken,
and only to addresses of the public network; the name is resolved once, and the connection goes to what was found then.
Looking up, connecting, sending and reading together have one deadline: an answer that drips does not outlive it.
"""

import ipaddress
import socket
import time
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import urllib3
from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.deadlines import HTTPPool, HTTPSPool, clock
from apps.core.errors import BadInput

# For connecting, and for a delivery as a whole.
CONNECT_SECONDS, SECONDS = 3.0, 10.0
PORTS = {"http": 80, "https": 443}
# Source: IANA IPv6 Address Space: all of the global unicast that is given out.
UNICAST = ipaddress.IPv6Network("2000::/3")
AGENT = "Loyalty-Console-Webhooks"


@dataclass(frozen=True)
class Target:
    """An address taken apart, and the numbers its name stands for now."""

    scheme: str
    host: str
    port: int
    path: str
    numbers: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """``https://hooks.example.com``: where it leads, without the path, into which receivers put secrets."""
        return f"{self.scheme}://{_host(self)}"


def target(url: str) -> Target:
    """Take an address apart and look where it leads.

    Raises: BadInput (url) for what is no address, or leads where nothing may be sent
    """
    to = taken_apart(url)
    return replace(to, numbers=_numbers(to.host, to.port))


def taken_apart(url: str) -> Target:
    """The same without asking the network for its numbers. Raises: BadInput (url)"""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise BadInput(
            _("This is no address. Write one such as https://hooks.example.com/console."), field="url"
        ) from None
    if not parts.hostname or parts.username or parts.password or parts.fragment or not url.isascii():
        raise BadInput(
            _("Write host and path alone, without names, passwords and a part behind #."), field="url"
        )
    if _is_live() and parts.scheme != "https":
        raise BadInput(_("Only https:// is spoken here."), field="url")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port, path)


def post(url: str, body: str, headers: dict[str, str]) -> int:
    """Send it; the status of the answer. Redirects are not followed, and of the answer nothing is read but its status.

    Raises: BadInput as `target`; urllib3's HTTPError or OSError without an answer within SECONDS
    """
    clock.ends_at, clock.read_timeout = time.monotonic() + SECONDS, SECONDS
    try:
        return _posted(target(url), body, headers)
    finally:
        clock.ends_at = float("inf")


def _posted(to: Target, body: str, headers: dict[str, str]) -> int:
    left = clock.left()
    with _pool(to, urllib3.Timeout(connect=min(CONNECT_SECONDS, left), read=left)) as pool:
        told = {**headers, "Host": _host(to), "Content-Type": "application/json", "User-Agent": AGENT}
        answer = pool.urlopen(
            "POST",
            to.path,
            body=body.encode(),
            headers=told,
            retries=False,
            redirect=False,
            preload_content=False,
        )
        status = int(answer.status)
        answer.close()
    return status


def _pool(to: Target, timeout: urllib3.Timeout) -> urllib3.HTTPConnectionPool:
    """To the number that was looked at; the certificate must be the name's all the same."""
    if to.scheme == "http":
        return HTTPPool(to.numbers[0], to.port, timeout=timeout)
    return HTTPSPool(
        to.numbers[0],
        to.port,
        timeout=timeout,
        cert_reqs="CERT_REQUIRED",
        assert_hostname=to.host,
        server_hostname=to.host,
    )


def _host(to: Target) -> str:
    host = f"[{to.host}]" if ":" in to.host else to.host
    return host if to.port == PORTS[to.scheme] else f"{host}:{to.port}"


def _numbers(host: str, port: int) -> tuple[str, ...]:
    """Raises: BadInput for a name nobody knows, or one of whose numbers is not public"""
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        raise BadInput(_("Nobody knows the host of this address."), field="url") from None
    if _is_live() and not all(map(_is_public, found)):
        raise BadInput(
            _("This address leads into a network of one's own: nothing is sent there."), field="url"
        )
    return tuple(sorted(found, key=lambda one: ":" in one))


def _is_public(number: str) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        # Whatever lies outside leads to IPv4 by another name (NAT64, mapped, translated) or into a site.
        if address not in UNICAST:
            return False
        if address.sixtofour is not None and not address.sixtofour.is_global:
            return False
    return address.is_global and not address.is_multicast


def _is_live() -> bool:
    return bool(settings.CONSOLE_ENVIRONMENT == "live")
