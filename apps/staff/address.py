"""The network address a request really comes from."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


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


def tidy(text: str) -> str | None:
    """The address in its usual spelling, or None for what is none."""
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return None
