"""The network address a request really comes from."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

NO_ADDRESS = "0.0.0.0"  # noqa: S104 nothing listens there


def client_address(request: HttpRequest) -> str | None:
    """The address as the outermost proxy of ours saw it; None when there is none.

    Only the last ``CONSOLE_PROXIES`` parts of X-Forwarded-For were written by our proxies: everything before
    them is whatever the client liked to send.
    """
    direct = request.META.get("REMOTE_ADDR", "")
    proxies = settings.CONSOLE_PROXIES
    parts = request.headers.get("X-Forwarded-For", "").split(",")
    told = parts[-proxies] if proxies and len(parts) >= proxies else ""
    return tidy(told) or tidy(direct)


def pause_address(request: HttpRequest) -> str:
    """The address wrong passwords are counted by: one IPv6 network of 64 bits is one guesser, not 2^64. All who come
    without any are one."""
    address = client_address(request)
    if address and ":" in address:
        return str(ip_network((address, 64), strict=False).network_address)
    return address or NO_ADDRESS


def tidy(text: str) -> str | None:
    """The address in its usual spelling, or None for what is none."""
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return None
