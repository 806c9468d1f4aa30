"""By what a secret is found that somebody else keeps."""

import hashlib


def hash_of_secret(secret: str) -> str:
    """SHA-256 in hex. A plain hash is enough for what is random throughout: it cannot be guessed as a password can."""
    return hashlib.sha256(secret.encode("utf-8", "backslashreplace")).hexdigest()
