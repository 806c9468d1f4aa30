"""The sealer: whatever happens to it or around it, places have no gaps, nothing has two, and everything verifies."""

import os
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from apps.audit.log import sealer, waiting
from apps.audit.log.published_check import published_notes
from apps.audit.models import Checkpoint, Entry, Leaf, SealMark, Suspect
from apps.audit.standing import standing
from tests.audit.log.conftest import assert_gapless, tamper, write
from tests.audit.log.processes import run

pytestmark = pytest.mark.django_db(transaction=True)

# Longer: LOG_SECONDS=60 .venv/bin/pytest tests/audit/log/test_sealer.py -s
SECONDS = float(os.environ.get("LOG_SECONDS", "3"))


def test_a_pass_gives_places_and_the_next_one_goes_on(house):
    first = write(5)
    sealed = sealer.seal()
    assert (sealed.count, sealed.checkpoint.size) == (5, 5)
    assert sealer.seal() == sealer.Sealed()
    more = write(3)
    assert sealer.seal().checkpoint.size == 8
    assert list(Leaf.objects.order_by("index").values_list("entry_id", flat=True)) == first + more
    assert_gapless()


def test_more_than_a_pass_takes_is_sealed_in_several(house):
    write(25)
    assert [sealer.seal(10).count for _pass in range(4)] == [10, 10, 5, 0]
    assert_gapless()


def test_many_rows_a_statement(house, monkeypatch):
    monkeypatch.setattr(sealer, "ROWS_A_STATEMENT", 7)
    write(300)
    assert sealer.seal_all() == 300
    assert_gapless()


def test_a_process_killed_between_any_two_statements(house):
    file = house / "checkpoints"
    killed = run("kills", house, checkpoints=file)
    print(f"killed before each of {killed} steps")
    assert killed > 8
    assert_gapless()
    # Told at least once, whenever it was killed.
    told = {note for _size, note in published_notes(file)}
    assert told == set(Checkpoint.objects.values_list("note", flat=True))


def test_many_writers_and_two_sealers(house):
    assert set(run("load", house, SECONDS, 8, 2)) == {0}
    ages = waited()
    sealer.seal_all()
    assert_gapless()
    assert ages
    print(
        f"{len(ages)} entries by 8 writers in {SECONDS:.0f} s, sealed after "
        f"{ages[len(ages) // 2]:.2f} s (median), {ages[len(ages) * 99 // 100]:.2f} s (p99; the goal is 2 s)"
    )


def waited():
    """How long each sealed entry waited for its checkpoint, in seconds."""
    points = list(Checkpoint.objects.order_by("size").values_list("size", "at"))
    found, at = [], 0
    for index, written in Leaf.objects.order_by("index").values_list("index", "entry__at"):
        while points[at][0] <= index:
            at += 1
        found.append((points[at][1] - written).total_seconds())
    return sorted(found)


def in_threads(count, act):
    """The same in so many threads at once; what was raised in them."""
    begin, raised = threading.Barrier(count), []

    def body():
        try:
            begin.wait()
            act()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=body) for _one in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return raised


def test_sealers_in_threads_share_the_work(house):
    write(60)

    def act():
        for _pass in range(12):
            sealer.seal(5)

    assert in_threads(3, act) == []
    sealer.seal_all()
    assert_gapless()


def test_a_clock_that_is_set_back(house, monkeypatch):
    write(2)
    sealer.seal()
    real = timezone.now
    monkeypatch.setattr("django.utils.timezone.now", lambda: real() - timedelta(days=400))
    write(2)
    assert sealer.seal().count == 2
    assert_gapless()
    # A whole look that was noted in what is the future now does not put off the next one.
    assert SealMark.objects.get().whole_look_at < real() - timedelta(days=399)


def test_the_thread_goes_on_after_an_error(house, settings, monkeypatch):
    settings.AUDIT_SEAL_SECONDS = 0.01
    stop, calls = threading.Event(), []

    def seal():
        calls.append(1)
        if len(calls) == 1:
            raise OSError("The disk is full.")
        stop.set()
        return sealer.Sealed()

    monkeypatch.setattr(sealer, "seal", seal)
    thread = threading.Thread(target=sealer.run, args=(stop,))
    thread.start()
    thread.join(10)
    assert len(calls) == 2


def test_a_suspect_holds_up_nobody(house):
    first, second, third = write(3)
    tamper("UPDATE audit_entry SET mac = %s WHERE id = %s", bytes(32), second)
    assert sealer.seal().count == 2
    assert list(Leaf.objects.order_by("index").values_list("entry_id", flat=True)) == [first, third]
    assert sealer.seal().count == 0
    assert waiting.waiting_since() == (0, None)


def handled_up_to(number):
    """A higher id is known to the sealer already, so that the next entry comes below it."""
    Suspect.objects.create(entry_id=number, why="its content does not fit its seal")


def test_a_floor_that_somebody_raised_keeps_nothing_from_the_seal(house):
    write(5)
    sealer.seal()
    for floor in (Entry.objects.latest("pk").pk + 1, 10**15):
        SealMark.objects.update(floor=floor, next_floor=0, whole_look_at=timezone.now())
        write(20)
        assert waiting.waiting_since()[0] == 20
        assert sealer.seal().count == 20
    assert SealMark.objects.get().floor <= Entry.objects.latest("pk").pk
    assert_gapless()


def test_a_whole_look_finds_what_came_below_the_floor(house):
    write(5)
    sealer.seal()
    floor = Entry.objects.latest("pk").pk + 10
    handled_up_to(floor)
    SealMark.objects.update(floor=floor, next_floor=0)
    (late,) = write(1)
    assert sealer.seal().count == 0
    SealMark.objects.update(whole_look_at=timezone.now() - timedelta(hours=7))
    assert sealer.seal().count == 1
    assert Leaf.objects.filter(entry_id=late).exists()
    assert SealMark.objects.get().floor == floor


def test_a_whole_look_goes_on_over_several_passes(house):
    write(25)
    handled_up_to(10**9)
    SealMark.objects.create(pk=1, floor=10**9, whole_look_at=None)
    assert [sealer.seal(10).count for _pass in range(4)] == [10, 10, 5, 0]
    assert SealMark.objects.get().whole_look_at


def test_a_newest_entry_without_a_place_is_told_whatever_stands_beside_it(house):
    """The floor and a leaf of a far entry together hide what waits from the sealer, but not from Health."""
    write(3)
    sealer.seal()
    tamper('UPDATE audit_leaf SET entry_id = %s WHERE "index" = 0', 10**15)
    SealMark.objects.update(floor=10**15, next_floor=0, whole_look_at=timezone.now())
    (pk,) = write(1)
    assert sealer.seal().count == 0
    tamper("UPDATE audit_entry SET at = %s WHERE id = %s", timezone.now() - timedelta(minutes=2), pk)
    assert (standing().late, standing().waiting, standing().tone) == (True, 1, "warn")


def test_sealing_keeps_what_was_published_meanwhile(house, monkeypatch):
    write(1)
    sealer.seal()
    plain = waiting.running

    def meanwhile():
        SealMark.objects.update(published=77)
        return plain()

    monkeypatch.setattr(waiting, "running", meanwhile)
    monkeypatch.setattr(sealer, "publish", lambda: 0)
    write(1)
    sealer.seal()
    assert SealMark.objects.get().published == 77
