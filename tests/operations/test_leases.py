"""One run of a sweep at a time, whoever rings and however often."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.core.context import current_reference
from apps.operations import leases, sweeps, tasks
from apps.operations.models import SweepLease


@pytest.fixture
def sweep(registered):
    runs = []

    def run():
        runs.append(current_reference())
        return 3

    made = registered("tidy", run, every_seconds=60)
    return made, runs


def later(**values):
    """As if the time since the last run had passed."""
    SweepLease.objects.update(finished_at=timezone.now() - timedelta(minutes=10), **values)


def test_a_ring_runs_the_sweep_and_notes_how_it_went(db, sweep):
    made, runs = sweep
    assert leases.run(made) == 3
    row = SweepLease.objects.get()
    assert (row.name, row.owner, row.lease_until, row.handled, row.error) == ("tidy", "", None, 3, "")
    assert row.started_at <= row.finished_at
    assert len(runs) == 1


def test_an_echo_of_the_bell_runs_nothing(db, sweep):
    made, runs = sweep
    leases.run(made)
    assert leases.run(made) is None
    later()
    assert leases.run(made) == 3
    assert len(runs) == 2


def test_a_running_sweep_is_not_run_by_another(db, sweep):
    made, runs = sweep
    assert leases.claim(made)
    assert leases.run(made) is None
    assert runs == []


def test_a_dead_worker_s_lease_runs_out(db, sweep):
    made, runs = sweep
    leases.claim(made)
    SweepLease.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert leases.run(made) == 3
    assert len(runs) == 1


def test_who_outlived_the_lease_can_no_longer_write(db, sweep):
    made, _runs = sweep
    slow = leases.claim(made)
    SweepLease.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    fast = leases.claim(made)
    assert not leases.finish(made, slow, handled=99)
    assert SweepLease.objects.get().owner == fast
    assert leases.finish(made, fast, handled=1)
    assert SweepLease.objects.get().handled == 1


def test_a_failing_sweep_is_noted_and_free_again(db, registered):
    def fail():
        raise RuntimeError("the details stay in the log")

    made = registered("broken", fail, every_seconds=60)
    with pytest.raises(RuntimeError):
        leases.run(made)
    row = SweepLease.objects.get()
    assert (row.error, row.owner, row.lease_until) == ("RuntimeError", "", None)
    later()
    with pytest.raises(RuntimeError):
        leases.run(made)


def test_eight_workers_hear_the_bell_and_one_runs(transactional_db, registered, together):
    runs = []

    def slow():
        runs.append(1)
        time.sleep(0.3)
        return 1

    made = registered("slow", slow, every_seconds=60)
    results = together(lambda: leases.run(made))
    assert sorted(results, key=str) == [1] + [None] * 7
    assert len(runs) == 1
    assert SweepLease.objects.count() == 1


def test_each_run_has_a_reference_of_its_own(db, sweep):
    _made, runs = sweep
    tasks.sweep("tidy")
    later()
    tasks.sweep("tidy")
    assert len(set(runs)) == 2
    assert all(one.startswith("LC-") for one in runs)


def test_an_unknown_sweep_is_named(db):
    with pytest.raises(LookupError, match="nothing_like_it"):
        tasks.sweep("nothing_like_it")


def test_a_name_is_registered_once(registered, sweep):
    made, _runs = sweep
    assert registered("tidy", made.run, every_seconds=60) == made
    with pytest.raises(ValueError, match="tidy"):
        registered("tidy", lambda: 0, every_seconds=1)
    assert [one.name for one in sweeps.registered()] == sorted(one.name for one in sweeps.registered())
