"""Reads every entry that any test writes, whatever becomes of its transaction: no secret may be in one.

Looked at where the statement leaves for the database, so that nothing of the console is replaced by a test's own.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.db.backends.signals import connection_created

from apps.audit.models import Entry
from apps.staff import demo

INSERT = f"INSERT INTO {Entry._meta.db_table} "
# Telephone numbers and addresses of the demo's people; a mask has dots where these have digits and letters. A number
# stands alone: ten digits within a hash or a salt are chance, and with so many entries chance comes by.
NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:91 ?)?5 ?5 ?5 ?0(?: ?\d){6}(?![0-9A-Za-z])")
EMAIL = re.compile(r"[\w.+-]{2,}@example\.(?:com|org|net)")
# Names under which the outside or a page hands over what opens something.
OPENS = re.compile(
    r"passw|passwd|otp|validation_?code|token|secret|authorization|cookie|credential", re.IGNORECASE
)
FACTS = {"campaigntoken", "campaign_token"}
KEPT = {"", "never kept", "redacted"}

_found: list[str] = []


def watch_entries() -> None:
    """Called once: from now on every connection's entries are read."""
    connection_created.connect(_connected, dispatch_uid="scanning")


def take_found() -> list[str]:
    """What was found since the last time, with the test that wrote it."""
    found, _found[:] = list(_found), []
    return found


def secrets_in(payload: bytes) -> Iterator[str]:
    """What an entry must not hold, in words without the thing itself."""
    text = payload.decode()
    known = {
        "the demo's password": demo.PASSWORD,
        "the secret key": settings.SECRET_KEY,
        "the key of the trail": settings.AUDIT_KEY,
        "the outside's credentials": settings.CAPILLARY["client_secret"],
    }
    yield from (name for name, value in known.items() if value in text)
    if number := NUMBER.search(text):
        yield f"a telephone number in clear (behind {re.sub('[0-9]', '#', text[: number.start()][-40:])!r})"
    if EMAIL.search(text):
        yield "an e-mail address in clear"
    yield from _opened(json.loads(text))


def _opened(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _opened(one)
    if isinstance(value, dict):
        for key, one in value.items():
            if OPENS.search(key) and key.lower() not in FACTS and not _is_harmless(one):
                yield f"a value under {key!r}"
            yield from _opened(one)


def _is_harmless(value: Any) -> bool:
    if isinstance(value, dict | list | bool) or value is None:
        return True
    return str(value) in KEPT or "•" in str(value)


def _is_ours(payload: bytes) -> bool:
    """False for bytes that a test has damaged on purpose."""
    try:
        return "action" in json.loads(payload)
    except ValueError:
        return False


def _connected(connection: Any, **_: Any) -> None:
    if _read not in connection.execute_wrappers:
        connection.execute_wrappers.append(_read)


def _read(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    if sql.startswith(INSERT):
        for one in params:
            if isinstance(one, bytes) and one.startswith(b'{"') and _is_ours(one):
                where = os.environ.get("PYTEST_CURRENT_TEST", "")
                action = json.loads(one)["action"]
                _found.extend(f"{what} in {action}, written by {where}" for what in secrets_in(one))
    return execute(sql, params, many, context)
