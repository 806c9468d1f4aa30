"""Workers that die with a row's note kept and nothing sent: the row adds it anew, and exactly once."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.customers import note_sending
from apps.customers.models import NoteAct
from apps.customers.settling import settle_due
from apps.operations.models import Chunk
from apps.operations.work import claims, services
from tests.customers.note_help import there
from tests.support.bulk import Clerk
from tests.support.dying import worker_dies_before_sending

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clerk(outside, manager, stores):
    return Clerk(manager, stores.store_12)


@pytest.fixture
def started(clerk, person):
    operation = clerk.checked("bulk_notes", "Customer id,Note", f"{person},Called: {uuid.uuid4()}")
    return services.run(actor=clerk.actor, user=clerk.user, operation=operation)


def is_added_once(clerk, operation, outside, person):
    [item] = clerk.work(operation)
    assert [one.state for one in NoteAct.objects.order_by("pk")] == ["not_done", "done"]
    assert (item.state, item.act_reference) == ("done", NoteAct.objects.get(state="done").reference)
    assert there(outside, person, item.values["note"]) == 1


@pytest.mark.parametrize("read_back", [False, True])
def test_the_row_of_a_worker_killed_before_sending_adds_it_anew(clerk, started, outside, person, read_back):
    worker_dies_before_sending(started, outside.url)
    if read_back:
        NoteAct.objects.update(next_check_at=timezone.now())
        assert settle_due() == 1
        assert NoteAct.objects.get().state == "not_done"
    is_added_once(clerk, started, outside, person)


def test_a_worker_that_only_seemed_dead_sends_nothing_more(clerk, started, outside, person, monkeypatch):
    plain = note_sending.fenced

    def sleeps(*values):
        monkeypatch.setattr(note_sending, "fenced", plain)
        Chunk.objects.filter(state="claimed").update(lease_until=timezone.now() - timedelta(seconds=1))
        claims.free_expired(timezone.now())
        clerk.work(started)
        return plain(*values)

    monkeypatch.setattr(note_sending, "fenced", sleeps)
    is_added_once(clerk, started, outside, person)
