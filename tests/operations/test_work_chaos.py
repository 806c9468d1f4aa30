"""Real workers killed with -9 in the middle of rows, the broker emptied, replies dropped: nothing lost or doubled."""

import sqlite3
import time
from collections import Counter

import pytest
from django.core.cache import cache
from django.utils import timezone

from apps.capillary import circuit
from apps.customers.models import NoteAct
from apps.customers.settling import settle_due
from apps.operations.models import Item
from apps.operations.work import following, services
from apps.operations.work.files import keep
from tests.operations.house import kill, kill_child, opened, until
from tests.operations.note_kind import NOTES
from tests.operations.work_help import actor_for, registered

ROWS = 100
ENDS = ("done", "not_done", "unknown")
# Replies that never come, of notes that were not added and of notes that were; rows in flight when workers die.
DROPPED_BEFORE, DROPPED_AFTER, KILLED = 2, 3, 3
ADDRESS = "/v1.1/customer/notes"


@pytest.fixture
def house(settings, tmp_path, transactional_db):
    """On the kind of broker this run is about: a folder beside SQLite, Redis beside PostgreSQL."""
    broker = "redis" if settings.CELERY_BROKER_URL.startswith("redis") else "filesystem"
    with opened(broker, tmp_path, "tests.operations.work_app") as made:
        yield made


@pytest.fixture
def outside(settings, sandbox, house):
    """The sandbox for this process and for the workers."""
    cache.clear()
    circuit._circuits.clear()
    settings.CAPILLARY = {**settings.CAPILLARY, "base_url": sandbox.url, "calls_per_second": 500.0}
    house.environment["TEST_SANDBOX_URL"] = sandbox.url
    return sandbox


def ledger(outside, mark):
    """Text of each note with this mark → how often the outside has it."""
    with sqlite3.connect(f"file:{outside.database}?mode=ro", uri=True) as rows:
        words = "SELECT description FROM sandbox_note WHERE description LIKE ?"
        return Counter(text for (text,) in rows.execute(words, (f"{mark}%",)))


def settle_everything(operation):
    """The sweeps come by once more, a good while later."""
    circuit._circuits.clear()
    NoteAct.objects.exclude(next_check_at=None).update(next_check_at="2020-01-01T00:00:00Z")
    while settle_due():
        pass
    Item.objects.filter(state="unknown").update(look_at=timezone.now())
    following.follow()


def test_no_row_is_lost_or_doubled_whatever_dies(house, outside, manager, stores):
    people = [one["id"] for one in outside.characters.values()][:10]
    mark = f"Chaos {house.queue} {timezone.now():%H%M%S%f}"
    lines = [f"{people[number % len(people)]},{mark} {number}" for number in range(ROWS)]
    actor = actor_for(manager, stores.store_12)
    file = keep(["\n".join(["id,Note", *lines]).encode()], name="notes.csv")

    def ended():
        return Item.objects.filter(operation=operation, state__in=ENDS).count()

    rung = [0.0]

    def ring():
        if time.monotonic() > rung[0] + 0.5:
            rung[0] = time.monotonic()
            house.ring("operations.dispatch")

    with registered(NOTES), house.worker("--concurrency", "2") as first, house.worker() as second:
        operation = services.start_upload(actor=actor, user=manager, kind=NOTES.code, file=file)
        until(house, lambda: state_of(operation) == "checked", seconds=90, meanwhile=ring)
        for kind, count in (("drop_before", DROPPED_BEFORE), ("drop_after", DROPPED_AFTER)):
            outside.add_fault(kind=kind, path=ADDRESS, method="POST", count=count)
        services.run(actor=actor, user=manager, operation=operation)
        until(house, lambda: ended() >= 15, seconds=90, meanwhile=ring)
        kill(first)
        house.empty_broker()
        until(house, lambda: ended() >= 45, seconds=90, meanwhile=ring)
        house.empty_broker()
        kill_child(second)
        until(house, lambda: state_of(operation) == "done", seconds=90, meanwhile=ring)
        settle_everything(operation)

    rows = {one.values["text"]: one for one in Item.objects.filter(operation=operation)}
    there = ledger(outside, mark)
    ended_as = {state: {text for text, row in rows.items() if row.state == state} for state in ENDS}
    assert sum(map(len, ended_as.values())) == len(rows) == ROWS
    assert set(there.values()) == {1}
    assert ended_as["done"] <= set(there)
    assert not ended_as["not_done"] & set(there)
    # What nobody can know is said to be so, in the row and in the note's own act, which is still looked for.
    open_acts = NoteAct.objects.unsettled().filter(
        token__in=[rows[text].token for text in ended_as["unknown"]]
    )
    assert open_acts.count() == len(ended_as["unknown"]) <= DROPPED_BEFORE + KILLED
    assert len(there) >= ROWS - DROPPED_BEFORE - KILLED


def state_of(operation):
    operation.refresh_from_db()
    return operation.state
