"""The hashes of an entry: leaf for the log, MAC for the time before the seal, digests for searching."""

import hashlib
import hmac
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

LEAF = b"\x00"


def leaf_hash(payload: bytes) -> bytes:
    """SHA-256(0x00 ‖ payload), 32 bytes. Source: RFC 9162, 2.1.1."""
    return hashlib.sha256(LEAF + payload).digest()


def mac(payload: bytes) -> bytes:
    """HMAC-SHA-256 of the payload under a key that is not in the database, 32 bytes."""
    return hmac.digest(derived_key(settings.AUDIT_KEY, "entry mac"), payload, "sha256")


def digest(family: str, value: str) -> bytes:
    """The keyed hash by which a normalised identifier is found again, 32 bytes."""
    key = derived_key(settings.AUDIT_KEY, "identifier digest")
    return hmac.digest(key, f"{family}\0{value}".encode("utf-8", "backslashreplace"), "sha256")


def commitment(salt: bytes, digest: bytes) -> bytes:
    """SHA-256(salt ‖ digest): stands in the sealed bytes for a digest that may have to be forgotten."""
    return hashlib.sha256(salt + digest).digest()


@lru_cache(maxsize=16)
def derived_key(secret: str, purpose: str) -> bytes:
    """One key per purpose from the one secret: whoever learns one of them learns no other."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"loyalty console trail: {purpose}".encode())
    return kdf.derive(secret.encode())
