"""OAuth tokens: signed, with an end, and worthless at once when told so."""

import time

from django.conf import settings
from django.core import signing

_SALT = "sandbox.token"
_oldest_issue = 0.0


def issue(key: str) -> str:
    """A fresh token for an API client."""
    return signing.dumps({"key": key, "at": time.time()}, salt=_SALT)


def holds(token: str) -> bool:
    """Whether the token is ours and its time has not run out."""
    try:
        issued_at = signing.loads(token, salt=_SALT)["at"]
    except signing.BadSignature:
        return False
    return bool(_oldest_issue < issued_at > time.time() - settings.SANDBOX_TOKEN_SECONDS)


def expire_all() -> None:
    """Make every token issued until now worthless, as if its time had run out."""
    global _oldest_issue
    _oldest_issue = time.time()
