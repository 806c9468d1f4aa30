"""Keeps names and typed values unreadable in the database: encrypted under keys made of the secret key.

What is sealed now is sealed under CONSOLE_SECRET_KEY. What lies under one of CONSOLE_SECRET_KEY_FALLBACKS opens still,
until `manage.py reseal` has gone over it (apps/core/resealing.py).
"""

import base64
from dataclasses import dataclass
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# Version and the first bytes of the time, in base64: what every sealed value begins with, until the year 2106.
MARK = b"gAAAAA"
_purposes: set[str] = set()


@dataclass(frozen=True)
class Sealer:
    """Seals and opens texts for one purpose; what is sealed for one cannot be opened for another."""

    purpose: str

    def __post_init__(self) -> None:
        _purposes.add(self.purpose)

    def seal(self, text: str) -> str:
        """The text encrypted; empty stays empty."""
        return self.seal_bytes(text.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """The text again, or empty when it was sealed under a secret key that is not known any more."""
        return self.unseal_bytes(sealed.encode()).decode()

    def seal_bytes(self, data: bytes) -> bytes:
        """The same for bytes; they become a third longer."""
        return _fernet(settings.SECRET_KEY, self.purpose).encrypt(data) if data else b""

    def unseal_bytes(self, sealed: bytes) -> bytes:
        """The same for bytes."""
        for secret in secrets() if sealed else ():
            try:
                return _fernet(secret, self.purpose).decrypt(sealed)
            except InvalidToken:
                continue
        return b""


def secrets() -> list[str]:
    """The secret key, and those it took the place of."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def under_which(sealed: bytes) -> tuple[str, bytes] | None:
    """Under which secret a value is sealed, for whichever purpose, and the same value under the secret key of now; None
    when no key that is known opens it."""
    for secret in secrets():
        for purpose in sorted(_purposes):
            try:
                plain = _fernet(secret, purpose).decrypt(sealed)
            except InvalidToken:
                continue
            # Its time stays: when something was sealed is nobody's secret, and nothing new happened to it.
            at = _fernet(secret, purpose).extract_timestamp(sealed)
            return secret, _fernet(settings.SECRET_KEY, purpose).encrypt_at_time(plain, at)
    return None


# More than purposes times keys: a key that falls out is derived anew at each row and each page.
@lru_cache(maxsize=256)
def _fernet(secret: str, purpose: str) -> Fernet:
    # A key of its own, so that what is sealed here can never be opened as a session or a signed cookie.
    derived = HKDF(SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
