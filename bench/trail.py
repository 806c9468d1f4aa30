"""What the trail costs: both halves of a call, and entries per second beside plain rows of the same size.

python -m bench.trail                              SQLite, and PostgreSQL when one answers locally
python -m bench.trail --postgres postgres://…      with this server; a database console_bench is made there
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROUNDS = 7
CALLS = 200
GOALS = {"two_entries_ms": 2.0, "ratio": 0.8}


def main() -> int:
    """Measure each database in a process of its own, print a table, fail when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", default="postgres://postgres@127.0.0.1:5432")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        print(json.dumps(measure()))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        urls = {"SQLite FULL": f"sqlite:///{folder}/bench.sqlite3"}
        if made := make_postgres(chosen.postgres):
            urls["PostgreSQL"] = made
        results = {name: run(url, folder) for name, url in urls.items()}
    return report(results)


def run(url: str, folder: str) -> dict[str, float]:
    environment = os.environ | {"CONSOLE_TEST_DATABASE_URL": url, "CONSOLE_TEST_VAR_DIR": folder}
    done = subprocess.run(
        [sys.executable, "-m", "bench.trail", "--measure", url],
        env=environment | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        cwd=Path(__file__).parent.parent,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def make_postgres(server: str) -> str:
    """A fresh database on the server, or nothing when none answers."""
    import psycopg

    try:
        with psycopg.connect(f"{server}/postgres", autocommit=True, connect_timeout=3) as connection:
            connection.execute("DROP DATABASE IF EXISTS console_bench WITH (FORCE)")
            connection.execute("CREATE DATABASE console_bench")
    except psycopg.OperationalError:
        return ""
    return f"{server}/console_bench"


def measure() -> dict[str, float]:
    """Medians of interleaved rounds, so that a noisy neighbour hits all alike."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", "audit", verbosity=0)
    from apps.audit.recorder import CallRecorder
    from bench.trail_rows import ACTOR, answered, make_plain, sent

    recorder = CallRecorder(ACTOR)
    insert_plain = make_plain()

    def both_halves(identifiers: bool) -> None:
        call = sent(identifiers)
        recorder.sent([call])
        recorder.answered([answered(call)])

    def page_of_eight() -> None:
        calls = [sent(identifiers=False) for _ in range(8)]
        recorder.sent(calls)
        recorder.answered([answered(call) for call in calls])

    jobs: dict[str, Callable[[], Any]] = {
        "two_entries_ms": lambda: both_halves(identifiers=False),
        "two_entries_with_identifier_ms": lambda: both_halves(identifiers=True),
        "plain_row_ms": insert_plain,
        "one_entry_ms": lambda: recorder.sent([sent(identifiers=False)]),
        "eight_calls_in_bulk_ms": page_of_eight,
    }
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for job in jobs.values():
        timed(job, 20)
    for _round in range(ROUNDS):
        for name, job in jobs.items():
            times[name].append(timed(job, CALLS if "eight" not in name else CALLS // 8))
    found = {name: statistics.median(values) for name, values in times.items()}
    found["per_call_in_bulk_ms"] = found.pop("eight_calls_in_bulk_ms") / 8
    found["ratio"] = statistics.median(
        plain / entry for plain, entry in zip(times["plain_row_ms"], times["one_entry_ms"], strict=True)
    )
    return found


def timed(job: Callable[[], Any], times: int) -> float:
    """Milliseconds per run."""
    start = time.perf_counter()
    for _ in range(times):
        job()
    return (time.perf_counter() - start) * 1000 / times


def report(results: dict[str, dict[str, float]]) -> int:
    print(f"{'':34}" + "".join(f"{name:>16}" for name in results))
    names = list(next(iter(results.values())))
    for name in names:
        print(f"{name:34}" + "".join(f"{found[name]:16.2f}" for found in results.values()))
    missed = [
        f"{database}: {name}"
        for database, found in results.items()
        for name, goal in GOALS.items()
        if (found[name] > goal if name.endswith("_ms") else found[name] < goal)
    ]
    print(
        "goals: two entries under 2 ms, at least 0.8 of plain rows a second. Missed:",
        ", ".join(missed) or "none",
    )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
