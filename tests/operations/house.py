"""Workers and the clock as separate processes, on the test's own database and a broker of their own."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection
from kombu import Connection

from console.celery import app
from console.settings import broker_options

ROOT = Path(__file__).resolve().parents[2]
REDIS = os.environ.get("CONSOLE_TEST_REDIS_URL", "redis://127.0.0.1:6379/14")
FOLDERS = ("messages", "processed", "control")


def redis_answers():
    try:
        return redis.Redis.from_url(REDIS, socket_connect_timeout=2).ping()
    except redis.RedisError:
        return False


@contextmanager
def opened(broker, folder, application="tests.operations.worker_app"):
    """A house on "filesystem" or "redis"; skipped where Redis does not answer, which CI does not accept."""
    if broker == "redis":
        if not redis_answers():
            if os.environ.get("CI"):
                pytest.fail("Redis is needed in CI.")
            pytest.skip("Redis does not answer.")
        queue = f"test-{os.getpid()}-{time.monotonic_ns()}"
    else:
        queue = "console"
    made = House(REDIS if broker == "redis" else "filesystem://", folder, queue, application)
    yield made
    made.empty_broker()


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

    def __init__(self, broker, folder, queue, application):
        self.broker, self.folder, self.queue, self.application = broker, folder, queue, application
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
                [sys.executable, "-m", "celery", "-A", self.application, *arguments],
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
                kill(running)

    def worker(self, *more, **environment):
        switches = ("--without-gossip", "--without-mingle", "--loglevel", "INFO")
        return self.process("worker", *switches, *(more or ("--concurrency", "1")), **environment)

    def clock(self):
        return self.process("beat", "--schedule", str(self.folder / "schedule"), "--pidfile=")

    def ring(self, sweep="number_stores"):
        """Send the message a clock would send."""
        options = dict(settings.CELERY_BROKER_TRANSPORT_OPTIONS)
        if self.broker.startswith("redis"):
            options = broker_options(self.broker) | {"global_keyprefix": f"{self.queue}:"}
        else:
            for name in FOLDERS:
                (self.folder / "broker" / name).mkdir(parents=True, exist_ok=True)
            messages = str(self.folder / "broker" / "messages")
            options |= {
                "data_folder_in": messages,
                "data_folder_out": messages,
                "processed_folder": str(self.folder / "broker" / "processed"),
                "control_folder": str(self.folder / "broker" / "control"),
            }
        with Connection(self.broker, transport_options=options) as link:
            app.send_task("operations.sweep", args=[sweep], connection=link, queue=self.queue)

    def empty_broker(self):
        """Every message vanishes, also those that workers have taken and not confirmed."""
        if self.broker.startswith("redis"):
            server = redis.Redis.from_url(self.broker)
            found = [key for key in server.scan_iter(f"{self.queue}:*") if b"_kombu.binding" not in key]
            return server.delete(*found) if found else 0
        messages = list((self.folder / "broker" / "messages").glob("*"))
        for message in messages:
            message.unlink(missing_ok=True)
        return len(messages)

    def said(self):
        return "\n".join(log.read_text(errors="replace")[-3000:] for log in self.folder.glob("*.log"))


def kill(process):
    """-9, to the process and its children."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)


def kill_child(process):
    """-9 to the process that does the work; the one above it starts another."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)


def until(house, condition, seconds=30, meanwhile=lambda: None):
    """Wait for the condition; fail with what the processes said."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        meanwhile()
        time.sleep(0.1)
    pytest.fail(f"It did not happen within {seconds} s.\n{house.said()}")
