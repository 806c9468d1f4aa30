"""Real workers and a real clock: rows are the truth, whatever happens to processes and messages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.operations.models import Heartbeat, SweepLease
from apps.staff.models import Store
from tests.operations.house import kill, opened, until

ROWS = 6


@pytest.fixture(params=["filesystem", pytest.param("redis", marks=pytest.mark.services)])
def house(request, tmp_path, transactional_db):
    """A broker of its own beside the test's database, in which ROWS stores wait for their number."""
    for number in range(ROWS):
        Store.objects.create(code=f"S{number}", name=f"Store {number}")
    with opened(request.param, tmp_path) as made:
        yield made


def numbered():
    return Store.objects.exclude(external_id_2="").count()


def test_a_worker_hears_the_bell_and_does_every_row(house):
    house.ring()
    with house.worker():
        until(house, lambda: numbered() == ROWS)
        until(house, lambda: SweepLease.objects.filter(name="number_stores", handled=ROWS).exists())
    assert SweepLease.objects.get(name="number_stores").lease_until is None


def test_a_worker_killed_in_the_middle_loses_nothing(house):
    house.ring()
    with house.worker(SLOW_ROW_SECONDS="0.4") as worker:
        until(house, lambda: numbered() >= 2)
        kill(worker)
    done = numbered()
    assert 2 <= done < ROWS
    lease = SweepLease.objects.get(name="number_stores")
    assert lease.owner
    assert lease.lease_until > timezone.now()
    # The dead run's lease runs out (here by hand: nobody wants to wait for two minutes); its message may be
    # lost with the process, but the clock rings again.
    SweepLease.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    house.ring()
    with house.worker():
        until(house, lambda: numbered() == ROWS)
    assert sorted(Store.objects.values_list("external_id_2", flat=True)) == sorted(
        f"done-{pk}" for pk in Store.objects.values_list("pk", flat=True)
    )


def test_the_clock_rings_by_itself_and_both_show_life(house):
    with house.clock(), house.worker():
        until(house, lambda: numbered() == ROWS)
        until(house, lambda: Heartbeat.objects.count() == 2)
        first = dict(Heartbeat.objects.values_list("name", "at"))
        until(house, lambda: all(one.at > first[one.name] for one in Heartbeat.objects.all()))
    assert set(first) == {"worker", "beat"}
