"""What the trail's tests share: an actor, a click, and entries to read."""

from contextlib import contextmanager

import pytest
from django.db import connection
from ulid import ULID

from apps.audit.actor import Actor
from apps.capillary.recording import AnsweredCall, SentCall

ASHA = Actor(
    user_id=4,
    name="Asha Verma",
    role="Agent",
    store_id=12,
    store_code="012",
    session="5f1e",
    ip="203.0.113.24",
    browser="Firefox on Windows",
)
MOBILE = "+91 5550 004417"
EMAIL = "kavya.iyer@example.com"


@pytest.fixture
def asha():
    """An agent of store 012 as the trail knows her."""
    return ASHA


def sent_call(**values):
    """The first half of a lookup, as the client hands it to the recorder."""
    given = {
        "call_id": str(ULID()),
        "name": "v2.customers.lookup",
        "method": "GET",
        "path": "/v2/customers/lookup",
        "params": {"source": "INSTORE", "identifierName": "mobile", "identifierValue": "•••••• 4417"},
        "body": None,
        "attempt": 1,
        "write": False,
        "identifiers": (("mobile", MOBILE),),
    }
    return SentCall(**(given | values))


def answered_call(sent, **values):
    """The second half of a call."""
    given = {
        "call_id": sent.call_id,
        "name": sent.name,
        "method": sent.method,
        "path": sent.path,
        "status": 200,
        "outcome": "done",
        "codes": ("200", "1000"),
        "request_id": "5c1f0e7a-91d2",
        "latency_ms": 212,
        "reply": {"entity": 4417},
        "customer_id": "4417",
    }
    return AnsweredCall(**(given | values))


@contextmanager
def unwritable():
    """The database answers questions and takes nothing: read-only, as after a failed disk or on a standby."""
    on, off = (
        ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off")
        if connection.vendor == "postgresql"
        else ("PRAGMA query_only = ON", "PRAGMA query_only = OFF")
    )
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        on, off = (
            "SAVEPOINT before_read_only; SET LOCAL transaction_read_only = on",
            ("ROLLBACK TO SAVEPOINT before_read_only"),
        )
    with connection.cursor() as cursor:
        cursor.execute(on)
    try:
        yield
    finally:
        connection.needs_rollback = False
        with connection.cursor() as cursor:
            cursor.execute(off)
