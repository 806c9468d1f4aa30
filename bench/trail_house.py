"""What measurements of the trail share: databases of their own, processes of their own, goals beside figures."""

import argparse
import multiprocessing
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from typing import Any

from bench.goodwill_queue import fresh_database
from bench.house import environment

SERVER = "postgres://postgres@127.0.0.1:5432"
# A process that is started afresh shares no connection and no writer with this one.
spawning = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure and what it has to be: at least `limit`, or at most that when `most`. Without a limit it only tells."""

    name: str
    found: float
    limit: float | None = None
    most: bool = False
    unit: str = "×"

    @property
    def missed(self) -> bool:
        """Whether it is on the wrong side."""
        return self.limit is not None and (self.found > self.limit if self.most else self.found < self.limit)

    def __str__(self) -> str:
        told = f"{self.name:58} {self.found:12,.2f} {self.unit:10}"
        if self.limit is None:
            return told.rstrip()
        sign = "≤" if self.most else "≥"
        return f"{told} goal {sign} {self.limit:<8g}{'MISSED' if self.missed else ''}".rstrip()


def report(goals: list[Goal]) -> int:
    """Print them with the load they were taken under; 1 when one is missed."""
    for goal in goals:
        print(goal, flush=True)
    print("load of the machine: {:.1f} {:.1f} {:.1f}".format(*os.getloadavg()), f"on {os.cpu_count()} cores")
    return 1 if any(goal.missed for goal in goals) else 0


def arguments(words: str) -> argparse.ArgumentParser:
    """Every measurement takes the server; one that does not answer is left out."""
    parser = argparse.ArgumentParser(description=words, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", default=SERVER, help="server with the right to make databases")
    return parser


def answers(server: str) -> bool:
    """Whether there is a server at this address."""
    import psycopg

    try:
        psycopg.connect(f"{server}/postgres", connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def trail(server: str = "") -> Iterator[str]:
    """An empty trail with its log, on SQLite or this server; gone again afterwards. Yields the database's name."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="console-bench-"))
        made = environment(folder, 9) | {"DJANGO_SETTINGS_MODULE": "bench.trail_settings"}
        if server:
            name = f"console_bench_{os.getpid()}"
            made["CONSOLE_DATABASE_URL"] = stack.enter_context(fresh_database(server, name))
        os.environ.update(made)
        in_process(migrate)
        yield "PostgreSQL" if server else "SQLite FULL"


def in_process(job: Callable[..., Any], *given: Any) -> Any:
    """Run a function in a new process that has Django, and hand back what it returns."""
    with ProcessPoolExecutor(1, spawning, start_django) as pool:
        return pool.submit(job, *given).result()


def start_django() -> None:
    """As the first thing in a new process."""
    import django

    django.setup()


def get_ready(barrier: Barrier) -> None:
    """Likewise, where several begin together."""
    start_django()
    globals()["together"] = barrier


def begin_together() -> None:
    """Wait for the others; each takes one piece of work only."""
    globals()["together"].wait(300)


def migrate() -> None:
    """The trail's tables and what they lean on."""
    from django.apps import apps
    from django.core.management import call_command

    for label in ("audit", "staff", "auditlog"):
        if apps.is_installed(f"apps.{label}") or apps.is_installed(label):
            call_command("migrate", label, verbosity=0, interactive=False)


@contextmanager
def sealer() -> Iterator[None]:
    """The worker's sealer in a process of its own, as it runs in production."""
    stop, ready = spawning.Event(), spawning.Event()
    process = spawning.Process(target=seal_until, args=(stop, ready))
    process.start()
    try:
        if not ready.wait(120):
            raise SystemExit("The sealer did not start.")
        yield
    finally:
        stop.set()
        process.join(30)
        if process.is_alive():
            process.terminate()


def seal_until(stop: threading.Event, ready: threading.Event) -> None:
    """The other process."""
    start_django()
    from apps.audit.log import sealer as real

    ready.set()
    with suppress(KeyboardInterrupt):
        real.run(stop)
