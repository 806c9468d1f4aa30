"""Keeps names and typed values unreadable in the database: encrypted under a key made of the secret key."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


@lru_cache(maxsize=2)
def _fernet(secret: str) -> Fernet:
    # Its own key, so that what is sealed here can never be opened as a session or a signed cookie.
    derived = HKDF(SHA256(), length=32, salt=None, info=b"console customers sealing").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def seal(text: str) -> str:
    """The text encrypted; empty stays empty."""
    return _fernet(settings.SECRET_KEY).encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """The text again, or empty when it was sealed under another secret key."""
    if not sealed:
        return ""
    try:
        return _fernet(settings.SECRET_KEY).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return ""
