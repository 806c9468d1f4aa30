"""PostgreSQL commits ids in any order: the floor must never rise over one that is still to come."""

import os
import random
import uuid
from contextlib import contextmanager

import pytest
from django.db import connection
from django.utils import timezone

from apps.audit import store
from apps.audit.inserting import COLUMNS, ENTRIES, ENTRY
from apps.audit.log import sealer, waiting
from apps.audit.models import Entry, Leaf, SealMark
from tests.audit.log.conftest import assert_gapless, plain, write

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite commits ids in their order."),
]


class Other:
    """Another writer with a connection and a transaction of its own."""

    def __init__(self):
        self.wrapper = connection.copy()
        self.id, self.number = f"OTHER{uuid.uuid4().hex}", 0
        self.open = False

    def insert(self, count=1):
        """Insert in a transaction that stays open."""
        if not self.open:
            self.wrapper.set_autocommit(False)
            self.open = True
        values = []
        for _one in range(count):
            self.number += 1
            entry = store._entry(plain(self.number), timezone.now(), [], [self.id, self.number])
            values += [entry.__dict__[name] for name in COLUMNS]
        with self.wrapper.cursor() as cursor:
            cursor.execute(ENTRIES + ", ".join([ENTRY] * count) + " RETURNING id", values)
            return [row[0] for row in cursor.fetchall()]

    def commit(self):
        self.wrapper.commit()
        self.wrapper.set_autocommit(True)
        self.open = False

    def roll_back(self, inserted):
        self.wrapper.rollback()
        self.wrapper.set_autocommit(True)
        self.open, self.number = False, self.number - inserted


@contextmanager
def others(count):
    made = [Other() for _one in range(count)]
    try:
        yield made
    finally:
        for one in made:
            one.wrapper.close()


@pytest.fixture(autouse=True)
def no_margin(monkeypatch):
    """Without it every mistake counts, not only one of a thousand ids; and nothing waits for the whole look."""
    monkeypatch.setattr(waiting, "MARGIN", 0)
    SealMark.objects.create(pk=1, whole_look_at=timezone.now())


@pytest.fixture(autouse=True)
def this_database_only(monkeypatch):
    """Transactions of other databases on the server would hide a mistake: they only make the floor rise later."""
    plain = waiting.running

    def running():
        found = plain()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT min(backend_xid::text::bigint) FROM pg_stat_activity WHERE datname = current_database()"
            )
            oldest = cursor.fetchone()[0]
        return waiting.Running(found.next_one if oldest is None else oldest, found.next_one)

    monkeypatch.setattr(waiting, "running", running)


def seal():
    looked_at = SealMark.objects.get().whole_look_at
    count = sealer.seal().count
    assert SealMark.objects.get().whole_look_at == looked_at, "Found by the whole look only."
    return count


def floor_rises_over(pk):
    for _pass in range(3):
        write(1)
        seal()
    return SealMark.objects.get().floor > pk


def test_an_entry_committed_late_is_sealed_by_the_next_pass(house):
    with others(1) as (late,):
        (pk,) = late.insert()
        for _pass in range(4):
            write(30)
            assert seal() == 30
        assert SealMark.objects.get().floor < pk
        late.commit()
        assert seal() == 1
        assert Leaf.objects.latest("index").entry_id == pk
        # And the floor goes on as soon as nobody can come late any more.
        assert floor_rises_over(pk)
    assert_gapless()


def test_an_entry_committed_while_a_pass_is_under_way(house, monkeypatch):
    with others(1) as (late,):
        (pk,) = late.insert()
        write(3)
        seal()
        read = waiting.unsealed

        def and_then(*values):
            found = read(*values)
            if late.open:
                late.commit()
            return found

        monkeypatch.setattr(waiting, "unsealed", and_then)
        write(3)
        assert seal() == 3
        assert SealMark.objects.get().floor < pk
        assert seal() == 1
    assert_gapless()


def test_more_late_entries_than_a_pass_takes(house, monkeypatch):
    monkeypatch.setattr(sealer, "AT_ONCE", 5)
    with others(1) as (late,):
        late.insert(23)
        write(2)
        seal()
        late.commit()
        # The floor may not rise to what was seen when the transaction ran, before its own entries are through.
        assert [sealer.seal(5).count for _pass in range(6)] == [5, 5, 5, 5, 3, 0]
    assert_gapless()


def test_a_transaction_that_is_rolled_back_leaves_no_gap(house):
    with others(1) as (late,):
        late.insert(3)
        write(2)
        seal()
        late.roll_back(3)
        late.insert(2)
        late.commit()
        assert seal() == 2
    assert_gapless()


def test_a_copy_on_another_server_goes_on(house):
    """Transactions are counted anew there: a number from before would hold the floor back for ever."""
    write(3)
    seal()
    SealMark.objects.update(next_floor=Entry.objects.latest("pk").pk, next_xmax=10**15)
    (pk,) = write(1)
    seal()
    assert SealMark.objects.get().next_xmax < 10**15
    assert floor_rises_over(pk)
    assert_gapless()


class Steps:
    """Writers who insert, commit and roll back by chance; `pending` are the ids of those that did neither yet."""

    def __init__(self, seed, writers):
        self.chance, self.writers, self.pending = random.Random(seed), writers, {}

    def insert(self, one):
        self.pending.setdefault(one, []).extend(one.insert(self.chance.randint(1, 4)))

    def commit(self, one):
        if self.pending.pop(one, None):
            one.commit()

    def roll_back(self, one):
        if ids := self.pending.pop(one, None):
            one.roll_back(len(ids))

    def some_commit(self):
        for one in self.writers:
            if self.chance.random() < 0.3:
                self.commit(one)

    def step(self):
        act = self.chance.choice([self.insert, self.insert, self.commit, self.roll_back])
        act(self.chance.choice(self.writers))


@pytest.mark.parametrize("seed", range(int(os.environ.get("LOG_SEEDS", "2"))))
def test_any_order_of_inserting_committing_and_sealing(house, seed, monkeypatch):
    """After every pass: all that is committed has a place, and the floor is below all that is still to come."""
    read = waiting.unsealed
    with others(4) as writers:
        steps = Steps(seed, writers)

        def and_some_commit(*values):
            found = read(*values)
            steps.some_commit()
            return found

        for _round in range(12):
            for _step in range(4):
                steps.step()
            with monkeypatch.context() as patched:
                patched.setattr(waiting, "unsealed", and_some_commit)
                seal()
            seal()
            assert not Entry.objects.filter(leaf=None).exists()
            floor = SealMark.objects.get().floor
            assert all(floor < pk for ids in steps.pending.values() for pk in ids)
        for one in writers:
            steps.commit(one)
        seal()
    assert_gapless()
