"""Lets a page's own parts go on under its reference, so that one id ties a click to all it caused.

The page gives each part that loads by itself a signed token; only the session it was made in can use it, for
ten minutes and only to read. A reference that comes without one is never believed.
"""

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest

from apps.core.context import PATTERN, current_reference

HEADER = "X-Continues"
LASTS_SECONDS = 600


def continuation(request: HttpRequest) -> str:
    """The token of the reference at hand for the parts of this page, empty without a session."""
    signer = _signer(request)
    return signer.sign(current_reference()) if signer and current_reference() else ""


def continued_reference(request: HttpRequest) -> str:
    """The reference this request goes on under, empty when it is a click of its own."""
    token, signer = request.headers.get(HEADER, ""), _signer(request)
    if request.method != "GET" or not token or signer is None:
        return ""
    try:
        reference = signer.unsign(token, max_age=LASTS_SECONDS)
    except BadSignature:
        return ""
    return reference if PATTERN.fullmatch(reference) else ""


def _signer(request: HttpRequest) -> TimestampSigner | None:
    """Read from the cookie: the session itself is opened further in. The key is another after each sign-in."""
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return TimestampSigner(salt=f"console.continuing:{session}") if session else None
