"""A file of goodwill while everything around it dies: workers, broker, database connections, replies.

python -m bench.operations_chaos [--rows 2000] [--kills 5] [--broker filesystem:// | redis://… | amqp://…]
    [--postgres postgres://…]

Fails when the sandbox holds a row twice, when a row is lost, or when more rows are unknown than replies were
dropped before the work and rows were in flight at a kill.
"""

import argparse
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import requests

from bench.house import ROOT, environment, free_port, manage, served

AT_ONCE = 4
PATIENCE_SECONDS = 1800
DROPPED = 3
POINTS = 10
REQUESTER, APPROVER = "mira.kapoor@example.com", "jonas.weber@example.com"


def main() -> int:
    """Run it, print what was found, 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--broker", default="filesystem://")
    parser.add_argument("--postgres", default="", help="server with the right to make databases")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="console-bench-") as folder, ExitStack() as stack:
        port = free_port()
        os.environ.update(environment(folder, port))
        os.environ.update({"CONSOLE_BROKER_URL": chosen.broker, "CONSOLE_WORK_AT_ONCE": str(AT_ONCE)})
        if chosen.postgres:
            from bench.goodwill_queue import fresh_database

            url = stack.enter_context(fresh_database(chosen.postgres, "console_bench_chaos"))
            os.environ["CONSOLE_DATABASE_URL"] = url
        manage("-m", "apps.sandbox", "migrate", "--verbosity=0")
        manage("-m", "apps.sandbox", "seed", f"--customers={chosen.rows + 200}")
        manage("-m", "console.prepare")
        stack.enter_context(served("apps.sandbox.wsgi:application", port, 1, 32))
        house = House(Path(folder), f"http://127.0.0.1:{port}")
        stack.enter_context(house.all_running())
        import django

        django.setup()
        return Chaos(house, chosen.rows, chosen.kills).run()


class House:
    """Worker and clock as processes that are started again when they die."""

    def __init__(self, folder: Path, sandbox: str) -> None:
        self.folder, self.sandbox = folder, sandbox
        self.log = (folder / "worker.log").open("ab")
        self.worker: subprocess.Popen[bytes] | None = None

    @contextmanager
    def all_running(self) -> Iterator[None]:
        """Both, until the block ends."""
        beat = self._celery("beat", "--schedule", str(self.folder / "beat"), "--pidfile=")
        self.start_worker()
        try:
            yield
        finally:
            for process in (beat, self.worker):
                if process is not None:
                    self._kill(process)

    def start_worker(self) -> None:
        """One worker with two processes more than rows run at once, as the documentation asks for."""
        options = ("--concurrency", str(AT_ONCE + 2), "--without-gossip", "--without-mingle")
        self.worker = self._celery("worker", *options)

    def kill_worker(self) -> None:
        """-9 to all of it, then another one."""
        if self.worker is not None:
            self._kill(self.worker)
        self.start_worker()

    def fault(self, **values: Any) -> None:
        """Order a fault of the sandbox."""
        requests.post(f"{self.sandbox}/_control/faults/", json=values, timeout=10).raise_for_status()

    def _celery(self, *arguments: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "celery", "-A", "console", *arguments, "--loglevel", "WARNING"]
        return subprocess.Popen(command, cwd=ROOT, stdout=self.log, stderr=self.log, start_new_session=True)

    @staticmethod
    def _kill(process: "subprocess.Popen[bytes]") -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)


class Chaos:
    """One file from upload to the last settled row."""

    def __init__(self, house: House, rows: int, kills: int) -> None:
        self.house, self.rows, self.kills = house, rows, kills
        self.operation: Any = None

    def run(self) -> int:
        """0 when every goal is reached."""
        began = time.perf_counter()
        self._upload()
        self._wait(lambda: self._state() in ("checked", "unreadable"), "dry run")
        checked = time.perf_counter()
        self._approve_and_start()
        for kill in range(1, self.kills + 1):
            self._wait(
                lambda share=kill / (self.kills + 1): self._ended() >= share * self.rows, f"kill {kill}"
            )
            self._break(kill)
        self._wait(lambda: self._state() == "done", "end")
        ran = time.perf_counter()
        self._wait(self._is_settled, "settling", seconds=60, needed=False)
        return self._report(checked - began, ran - checked)

    def _upload(self) -> None:
        from apps.audit.actor import Actor
        from apps.operations.work import services
        from apps.operations.work.files import keep
        from apps.staff.models import Store, User

        self.user = User.objects.get(email=REQUESTER)
        self.store = Store.objects.get(code="CC")
        self.actor = Actor(self.user.pk, self.user.name, "Store manager", self.store.pk, self.store.code)
        lines = [f"{one},{POINTS},Late delivery,yes" for one in customers(self.rows)]
        text = "\n".join(["Customer id,Points,Reason,Different matter", *lines])
        self.operation = services.start_upload(
            actor=self.actor,
            user=self.user,
            kind="bulk_goodwill",
            file=keep([text.encode()], name="delays.csv"),
        )

    def _approve_and_start(self) -> None:
        from apps.operations.work import services
        from apps.staff.models import User

        print(f"dry run: {json.dumps(self.operation.totals)}")
        self.rows = self.operation.totals["ready"]
        if self.operation.why:
            services.request_approval(actor=self.actor, user=self.user, operation=self.operation)
            self.operation.refresh_from_db()
            services.approve(
                actor=self.actor,
                user=User.objects.get(email=APPROVER),
                operation=self.operation,
                sha256=self.operation.file_sha256,
                fingerprint=self.operation.fingerprint,
            )
        services.run(actor=self.actor, user=self.user, operation=self.operation)

    def _break(self, kill: int) -> None:
        """What dies this time: always the worker; replies, the broker's content, the database's connections."""
        told = ["worker"]
        if kill in (1, 3):
            kind = "drop_before" if kill == 1 else "drop_after"
            self.house.fault(kind=kind, path="/v1.1/request/*", method="POST", count=DROPPED)
            told.append(kind)
        if kill in (2, 4):
            empty_broker()
            told.append("broker emptied")
        if kill == 3 and cut_connections():
            told.append("database connections cut")
        self.house.kill_worker()
        print(f"at {self._ended():>6,} rows: {', '.join(told)}", flush=True)

    def _state(self) -> str:
        self.operation.refresh_from_db()
        return str(self.operation.state)

    def _ended(self) -> int:
        from apps.operations.models import Item

        ends = ["done", "not_done", "unknown"]
        return Item.objects.filter(operation=self.operation, state__in=ends).count()

    def _is_settled(self) -> bool:
        self._state()
        return self.operation.settled_at is not None

    def _wait(self, until: Any, what: str, *, seconds: float = PATIENCE_SECONDS, needed: bool = True) -> None:
        from django.db import DatabaseError, connection

        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if until():
                    return
            except DatabaseError:
                connection.close()
            time.sleep(0.2)
        if needed:
            raise SystemExit(f"{what}: not within {seconds:.0f} s, state {self._state()}.")

    def _report(self, checking: float, running: float) -> int:
        from apps.operations.models import Item

        items = list(Item.objects.filter(operation=self.operation).exclude(state="bad"))
        states = Counter(item.state for item in items)
        there = self._ledger()
        references = {item.act_reference for item in items if item.act_reference}
        doubled = sum(count - 1 for reference, count in there.items() if count > 1)
        done_and_absent = [
            item.row for item in items if item.state == "done" and there[item.act_reference] != 1
        ]
        not_done_and_there = [
            item.row for item in items if item.state == "not_done" and there[item.act_reference]
        ]
        strangers = len(set(there) - references)
        lost = self.rows - sum(states[state] for state in ("done", "not_done", "unknown"))
        allowed = 2 * DROPPED + self.kills * AT_ONCE
        print(f"rows {self.rows:,}: {dict(states)}; dry run {checking:.0f} s, run {running:.0f} s")
        print(
            f"lost {lost}, doubled {doubled}, done and not there {len(done_and_absent)}, not done and there"
            f" {len(not_done_and_there)}, there and of no row {strangers}, unknown {states['unknown']}"
            f" (at most {allowed})"
        )
        wrong = lost or doubled or done_and_absent or not_done_and_there or strangers
        return 1 if wrong or states["unknown"] > allowed else 0

    @staticmethod
    def _ledger() -> Counter[str]:
        """Reference → how many requests the sandbox has of it, read from its own tables."""
        words = "SELECT reference_id FROM sandbox_goodwillrequest WHERE length(reference_id) = 26"
        return Counter(one for (one,) in asked_of_sandbox(words))


def customers(rows: int) -> list[int]:
    """Customers one can give goodwill to."""
    words = """SELECT DISTINCT c.id FROM sandbox_customer c JOIN sandbox_enrolment e ON e.customer_id = c.id
               WHERE c.merged_into_id IS NULL AND c.fraud_status = 'NOT_FRAUD' AND c.status = 'ACTIVE'
               ORDER BY c.id DESC LIMIT ?"""
    return [row[0] for row in asked_of_sandbox(words, rows)]


def asked_of_sandbox(words: str, *values: Any) -> list[Any]:
    """Rows of the sandbox's own tables."""
    with sqlite3.connect(f"file:{os.environ['SANDBOX_DATABASE']}?mode=ro", uri=True) as database:
        return list(database.execute(words, values))


def empty_broker() -> None:
    """All messages vanish."""
    from django.conf import settings

    from console.celery import app

    if settings.CELERY_BROKER_URL.startswith("filesystem"):
        for message in (settings.BROKER_DIR / "messages").glob("*"):
            message.unlink(missing_ok=True)
        return
    with app.connection_for_write() as link:
        link.default_channel.queue_purge(settings.CELERY_TASK_DEFAULT_QUEUE)


def cut_connections() -> bool:
    """Everybody's connections to the console's database end at once, as when it restarts; PostgreSQL only."""
    from django.db import DatabaseError, connection

    if connection.vendor != "postgresql":
        return False
    words = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()"""
    with suppress(DatabaseError), connection.cursor() as cursor:
        cursor.execute(words)
    return True


if __name__ == "__main__":
    sys.exit(main())
