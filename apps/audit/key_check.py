"""Whether CONSOLE_AUDIT_KEY is the one this trail is written with: entries under another could never be sealed.

Asked whenever a process opens a connection, so that a wrong key writes nothing instead of spoiling entries for good.
"""

import hmac
import logging
import threading
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.audit import hashing

log = logging.getLogger("console.audit")
TEXT = b"key check"
WORDS = (
    "CONSOLE_AUDIT_KEY is not the key this trail was written with. Nothing is written or sealed until it is; "
    "every process of the console needs the same one."
)
_wrong = threading.Event()


def now() -> str:
    """What the key in force makes of the fixed text, 64 hex digits."""
    return hashing.mac(TEXT).hex()


def fits(kept: str) -> bool:
    """Whether this was made with the key in force; an empty one fits all, as nothing was sealed yet."""
    return not kept or hmac.compare_digest(kept, now())


def refuse_wrong_key() -> None:
    """Raises: OperationalError when another key is in force than the one the trail knows."""
    if _wrong.is_set():
        raise OperationalError(WORDS)


def look(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """A connection was opened: compare. A database that is not set up yet has nothing to compare with."""
    if connection.alias != DEFAULT_DB_ALIAS:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT key_check FROM audit_sealmark WHERE id = 1")
            row = cursor.fetchone()
    except DatabaseError:
        return
    if row is None or fits(row[0]):
        _wrong.clear()
    else:
        _wrong.set()
        log.critical(WORDS)
