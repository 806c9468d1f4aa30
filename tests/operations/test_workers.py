"""Real workers and a real clock: rows are the truth, whatever happens to processes and messages."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone
from kombu import Connection

from apps.operations.models import Heartbeat, SweepLease
from apps.staff.models import Store
from console.celery import app
from console.settings import broker_options

ROOT = Path(__file__).resolve().parents[2]
REDIS = os.environ.get("CONSOLE_TEST_REDIS_URL", "redis://127.0.0.1:6379/14")
ROWS = 6


def redis_answers():
    try:
        return redis.Redis.from_url(REDIS, socket_connect_timeout=2).ping()
    except redis.RedisError:
        return False


@pytest.fixture(params=["filesystem", pytest.param("redis", marks=pytest.mark.services)])
def house(request, tmp_path, transactional_db):
    """A broker of its own beside the test's database, in which ROWS stores wait for their number."""
    if request.param == "redis":
        if not redis_answers():
            if os.environ.get("CI"):
                pytest.fail("Redis is needed in CI.")
            pytest.skip("Redis does not answer.")
        queue = f"test-{os.getpid()}-{time.monotonic_ns()}"
    else:
        queue = "console"
    for number in range(ROWS):
        Store.objects.create(code=f"S{number}", name=f"Store {number}")
    made = House(REDIS if request.param == "redis" else "filesystem://", tmp_path, queue)
    yield made
    if request.param == "redis":
        server = redis.Redis.from_url(REDIS)
        server.delete(*server.scan_iter(f"{queue}:*"))


def database_url():
    """The test's own database, for other processes."""
    where = connection.settings_dict
    if connection.vendor == "sqlite":
        if "memory" in str(where["NAME"]):
            refuse = pytest.fail if os.environ.get("CI") else pytest.skip
            refuse("A database in memory cannot be shared with another process.")
        return f"sqlite:///{where['NAME']}"
    account = where["USER"] + (f":{where['PASSWORD']}" if where["PASSWORD"] else "")
    return f"postgres://{account}@{where['HOST']}:{where['PORT'] or 5432}/{where['NAME']}"


class House:
    """Starts workers and the clock as separate processes, and rings for them."""

    def __init__(self, broker, folder, queue):
        self.broker, self.folder, self.queue = broker, folder, queue
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.operations.worker_settings",
            "CONSOLE_TEST_DATABASE_URL": database_url(),
            "CONSOLE_TEST_VAR_DIR": str(folder),
            "CONSOLE_TEST_BROKER_URL": broker,
            "TEST_QUEUE": queue,
        }

    @contextmanager
    def process(self, *arguments, **environment):
        with (self.folder / f"{arguments[0]}.log").open("ab") as log:
            running = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "tests.operations.worker_app", *arguments],
                cwd=ROOT,
                env=self.environment | environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield running
        finally:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL)
            running.wait(timeout=10)

    def worker(self, **environment):
        switches = ("--concurrency", "1", "--without-gossip", "--without-mingle", "--loglevel", "INFO")
        return self.process("worker", *switches, **environment)

    def clock(self):
        return self.process("beat", "--schedule", str(self.folder / "schedule"), "--pidfile=")

    def ring(self):
        """Send the message a clock would send."""
        options = dict(settings.CELERY_BROKER_TRANSPORT_OPTIONS)
        if self.broker.startswith("redis"):
            options = broker_options(self.broker) | {"global_keyprefix": f"{self.queue}:"}
        else:
            for name in ("messages", "processed", "control"):
                (self.folder / "broker" / name).mkdir(parents=True, exist_ok=True)
            messages = str(self.folder / "broker" / "messages")
            options |= {
                "data_folder_in": messages,
                "data_folder_out": messages,
                "processed_folder": str(self.folder / "broker" / "processed"),
                "control_folder": str(self.folder / "broker" / "control"),
            }
        with Connection(self.broker, transport_options=options) as link:
            app.send_task("operations.sweep", args=["number_stores"], connection=link, queue=self.queue)

    def said(self):
        return "\n".join(log.read_text(errors="replace")[-3000:] for log in self.folder.glob("*.log"))


def until(house, condition, seconds=30):
    """Wait for the condition; fail with what the processes said."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.1)
    pytest.fail(f"It did not happen within {seconds} s.\n{house.said()}")


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
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(timeout=10)
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
