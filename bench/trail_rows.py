"""Calls as the client records them, and a plain table of the same columns and indexes to compare with."""

from collections.abc import Callable

from django.apps import apps
from django.db import connection, models
from django.utils import timezone
from ulid import ULID

from apps.audit import recorder, store
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


def make_plain() -> None:
    """A table like the trail's, without its triggers."""
    with connection.schema_editor() as editor:
        editor.create_model(plain_model())


def plain_model() -> type[models.Model]:
    """Its model, to be made once a process."""
    fields = {field.name: field.clone() for field in Entry._meta.fields}
    indexes = [
        models.Index(fields=one.fields, name=f"p_{one.name}", condition=one.condition)
        for one in Entry._meta.indexes
    ]
    meta = type("Meta", (), {"app_label": "audit", "db_table": "bench_plain", "indexes": indexes})
    return type("BenchPlain", (models.Model,), {**fields, "Meta": meta, "__module__": __name__})


def plain_insert() -> Callable[[], None]:
    """A function that inserts one row as any model would: what an entry holds, without making it."""
    plain = plain_model()
    like = store._entry(draft(), timezone.now(), [], ["01KB2Q8T6B7W0N9C5D4E3F2G1H", 1])
    values = {field.name: getattr(like, field.name) for field in Entry._meta.fields if field.name != "id"}

    def insert() -> None:
        plain._default_manager.create(**values | {"at": timezone.now(), "call_id": str(ULID())})

    return insert


def draft() -> store.Draft:
    """The answered half of a call, masked and clean, as it comes to be written."""
    call = answered(sent(identifiers=False))
    return recorder._answered(call, ACTOR, "LC-7F3K-92QD-M4XA", "387746388")


def auditlog_insert() -> Callable[[], None] | None:
    """One LogEntry of django-auditlog that says the same, as an access; None where it is not installed."""
    if not apps.is_installed("auditlog"):
        return None
    from auditlog.models import LogEntry
    from django.contrib.contenttypes.models import ContentType

    like = store._entry(draft(), timezone.now(), [], ["01KB2Q8T6B7W0N9C5D4E3F2G1H", 1])
    about = ContentType.objects.get_for_model(Entry)
    content = like.content

    def insert() -> None:
        LogEntry.objects.log_create(
            about,
            force_log=True,
            action=LogEntry.Action.ACCESS,
            remote_addr=ACTOR.ip,
            additional_data=content | {"call_id": str(ULID())},
        )

    return insert
