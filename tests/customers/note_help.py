"""What the tests of notes share: adding one, counting, and letting time pass."""

import uuid
from datetime import timedelta

from django.utils import timezone

from apps.audit.models import Entry
from apps.customers.models import NoteAct
from apps.customers.notes import add_note

NOTES = "/v1.1/customer/notes"
State = NoteAct.State


def add(actor, person, words, token=None):
    return add_note(actor=actor, customer_id=person, text=words, token=token or uuid.uuid4())


def there(outside, person, words):
    """How often the outside has this note."""
    reply = outside.get(NOTES, id=person)
    return reply.text.count(words)


def leave(outside, person, words, date=None):
    """Somebody else leaves a note: another system, or a till."""
    note = {"description": words} | ({"date": date} if date else {})
    body = {"root": {"customer": [{"user_id": person, "notes": {"note": [note]}}]}}
    assert outside.call("POST", NOTES, json=body).status_code == 200


def posts(outside):
    return len(outside.requests(path=NOTES, method="POST"))


def reads(outside):
    return len(outside.requests(path=NOTES, method="GET"))


def due(old=None):
    """Every open act is due now; with old, as if it was added so many seconds ago."""
    NoteAct.objects.update(next_check_at=timezone.now() - timedelta(seconds=1))
    if old:
        NoteAct.objects.update(created_at=timezone.now() - timedelta(seconds=old))


def outcomes():
    return list(
        Entry.objects.filter(action="customer.note.settled").order_by("id").values_list("outcome", flat=True)
    )
