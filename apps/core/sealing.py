"""Keeps names and typed values unreadable in the database: encrypted under keys made of the secret key."""

import base64
from dataclasses import dataclass
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


@dataclass(frozen=True)
class Sealer:
    """Seals and opens texts for one purpose; what is sealed for one cannot be opened for another."""

    purpose: str

    def seal(self, text: str) -> str:
        """The text encrypted; empty stays empty."""
        return self.seal_bytes(text.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """The text again, or empty when it was sealed under another secret key."""
        return self.unseal_bytes(sealed.encode()).decode()

    def seal_bytes(self, data: bytes) -> bytes:
        """The same for bytes; they become a third longer."""
        return _fernet(settings.SECRET_KEY, self.purpose).encrypt(data) if data else b""

    def unseal_bytes(self, sealed: bytes) -> bytes:
        """The same for bytes."""
        if not sealed:
            return b""
        try:
            return _fernet(settings.SECRET_KEY, self.purpose).decrypt(sealed)
        except InvalidToken:
            return b""


@lru_cache(maxsize=8)
def _fernet(secret: str, purpose: str) -> Fernet:
    # A key of its own, so that what is sealed here can never be opened as a session or a signed cookie.
    derived = HKDF(SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
