"""Calls as the client records them, and a plain table of the same columns and indexes to compare with."""

from collections.abc import Callable

from django.db import connection, models
from django.utils import timezone
from ulid import ULID

from apps.audit.actor import Actor
from apps.audit.models import Entry
from apps.capillary.recording import AnsweredCall, SentCall

ACTOR = Actor(
    user_id=4,
    name="Asha Verma",
    role="Agent",
    store_id=12,
    store_code="012",
    session="5f1e0c2a77d81b34",
    ip="203.0.113.24",
    browser="Firefox on Windows",
)
REPLY = {
    "id": 387746388,
    "profiles": [
        {
            "firstName": "K•••",
            "lastName": "I•••",
            "source": "INSTORE",
            "identifiers": [
                {"type": "mobile", "value": "•••••• 4417"},
                {"type": "email", "value": "k••••@example.com"},
            ],
        }
    ],
    "loyaltyInfo": {"loyaltyType": "loyalty", "lifetimePurchases": "120400.00", "currentPoints": "4820"},
    "tier": {"name": "Gold", "expiry": "2027-03-31"},
}


def sent(identifiers: bool) -> SentCall:
    """A read by internal id, or a lookup by mobile."""
    return SentCall(
        call_id=str(ULID()),
        name="v2.customers.get",
        method="GET",
        path="/v2/customers/387746388",
        params={"source": "INSTORE", "embed": "points,subscriptions,mlp"},
        body=None,
        attempt=1,
        write=False,
        identifiers=(("mobile", "+915550004417"),) if identifiers else (),
        customer_id="387746388",
    )


def answered(call: SentCall) -> AnsweredCall:
    """Its answer, about 0.5 kB."""
    return AnsweredCall(
        call_id=call.call_id,
        name=call.name,
        method=call.method,
        path=call.path,
        status=200,
        outcome="done",
        codes=("200",),
        request_id="5c1f0e7a-91d2-4c55-8a11-0f5f3f2f9a10",
        latency_ms=212,
        reply=REPLY,
        customer_id="387746388",
    )


def make_plain() -> Callable[[], None]:
    """A table like the trail's, without its triggers; the function inserts one row as any model would."""
    fields = {field.name: field.clone() for field in Entry._meta.fields}
    indexes = [models.Index(fields=one.fields, name=f"p_{one.name}") for one in Entry._meta.indexes]
    meta = type("Meta", (), {"app_label": "audit", "db_table": "bench_plain", "indexes": indexes})
    plain = type("BenchPlain", (models.Model,), {**fields, "Meta": meta, "__module__": __name__})
    with connection.schema_editor() as editor:
        editor.create_model(plain)
    from apps.audit.recorder import CallRecorder

    CallRecorder(ACTOR).sent([sent(identifiers=False)])
    like = Entry.objects.order_by("-id")[0]
    values = {field.name: getattr(like, field.name) for field in Entry._meta.fields if field.name != "id"}

    def insert() -> None:
        plain.objects.create(**values | {"at": timezone.now(), "call_id": str(ULID())})

    return insert
