"""Full identifiers under one key per person: deleting the key forgets every value that was kept under it."""

import os
import time
from collections.abc import Iterable
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import OperationalError, transaction

from apps.audit.hashing import derived_key
from apps.audit.models import PersonKey

NONCE = 12
# A process that still holds the key of a forgotten person would keep new values nobody can read: not for long.
REMEMBERED_SECONDS = 60.0
REMEMBERED_MOST = 10_000

_remembered: dict[str, tuple[float, bytes]] = {}


def holder_of(customer: str, digest: bytes) -> str:
    """Whose key keeps a value: the customer's, or while nobody knows the customer the identifier's own."""
    return f"customer:{customer}" if customer else f"digest:{digest.hex()}"


def keys_for(holders: Iterable[str]) -> dict[str, bytes]:
    """The keys of these holders, made where there is none; in the caller's transaction."""
    wanted, now = set(holders), time.monotonic()
    kept = ((holder, _remembered.get(holder)) for holder in wanted)
    keys = {holder: found[1] for holder, found in kept if found and found[0] > now}
    if missing := wanted - keys.keys():
        found = _stored(missing)
        if new := missing - found.keys():
            made = [PersonKey(holder=one, wrapped=_wrap(one, os.urandom(32))) for one in sorted(new)]
            PersonKey.objects.bulk_create(made, ignore_conflicts=True)
            found |= _stored(new)
        # Only once they are in the database for good: what a rollback takes back must not be used again.
        transaction.on_commit(lambda: _remember(found))
        keys |= found
    return keys


def seal(key: bytes, holder: str, value: str) -> bytes:
    """Nonce and AES-256-GCM of the value, bound to its holder."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, value.encode("utf-8", "backslashreplace"), holder.encode())


def unseal(key: bytes, holder: str, sealed: bytes) -> str:
    """The value again, or empty when it was kept under another key."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], holder.encode()).decode()
    except (InvalidTag, ValueError):
        return ""


def forget(holders: Iterable[str]) -> int:
    """Destroy the keys of these holders; returns how many there were."""
    gone = list(holders)
    for holder in gone:
        _remembered.pop(holder, None)
    return PersonKey.objects.filter(holder__in=gone).delete()[0]


def remember_nothing() -> None:
    """Read every key anew: another database lies under this process now."""
    _remembered.clear()


def stored_keys(holders: Iterable[str]) -> dict[str, bytes]:
    """The keys of these holders as far as there are any that open; none is made."""
    try:
        return _stored(set(holders))
    except OperationalError:
        found: dict[str, bytes] = {}
        for holder in set(holders):
            # One that does not open is as good as gone, and hides no other.
            with suppress(OperationalError):
                found |= _stored({holder})
        return found


def _stored(holders: set[str]) -> dict[str, bytes]:
    rows = PersonKey.objects.filter(holder__in=holders).values_list("holder", "wrapped")
    return {holder: _unwrap(holder, bytes(wrapped)) for holder, wrapped in rows}


def _remember(keys: dict[str, bytes]) -> None:
    if len(_remembered) > REMEMBERED_MOST:
        _remembered.clear()
    until = time.monotonic() + REMEMBERED_SECONDS
    _remembered.update({holder: (until, key) for holder, key in keys.items()})


def _wrap(holder: str, key: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(_master()).encrypt(nonce, key, holder.encode())


def _unwrap(holder: str, wrapped: bytes) -> bytes:
    try:
        return AESGCM(_master()).decrypt(wrapped[:NONCE], wrapped[NONCE:], holder.encode())
    except InvalidTag:
        # Kept under another CONSOLE_AUDIT_KEY, or altered: nothing may be kept under it.
        raise OperationalError(f"The key of {holder.partition(':')[0]}s cannot be opened.") from None


def _master() -> bytes:
    return derived_key(settings.AUDIT_KEY, "person keys")
