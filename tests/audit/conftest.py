"""What the trail's tests share: an actor, a click, and entries to read."""

from contextlib import contextmanager

import pytest
from django.db import connection
from django.utils import timezone
from ulid import ULID

from apps.audit.actor import Actor
from apps.audit.subject_requests import erasing, packing
from apps.audit.subject_requests.opening import open_request
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


class SubjectDesk:
    """Who handles subject requests: the auditor opens and asks, the administrator confirms."""

    def __init__(self, auditor, administrator):
        self.auditor, self.administrator = auditor, administrator

    def actor(self, user):
        role = "Auditor" if user == self.auditor else "Administrator"
        return Actor(user_id=user.pk, name=user.name, role=role)

    def open(self, kind="erasure", whom="4417", *, user=None, received_on=None, came_by="email"):
        who = user or self.auditor
        return open_request(
            actor=self.actor(who),
            user=who,
            kind=kind,
            whom=whom,
            received_on=received_on or timezone.localdate(),
            came_by=came_by,
            nobody=True,
        )

    def do(self, service, request, *, user=None, reason="Called back."):
        who = user or self.auditor
        return service(actor=self.actor(who), user=who, request=request, reason=reason)

    def ask_for_pack(self, request, **more):
        return self.do(packing.ask_for_pack, request, **more)

    def confirmed(self, **more):
        request = self.open("erasure", **more)
        self.do(erasing.ask_to_confirm, request)
        self.do(erasing.confirm, request, user=self.administrator)
        request.refresh_from_db()
        return request


@pytest.fixture
def subject(auditor, administrator):
    """Short words for what the services of subject requests do."""
    return SubjectDesk(auditor, administrator)
