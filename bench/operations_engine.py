"""What long work costs beside a bare loop of the same calls, its speed with several threads, its memory.

python -m bench.operations_engine [--rows 400] [--latency 50] [--few 1000] [--many 100000] [--postgres postgres://…]

Every measurement is a process of its own on a database of its own. Goals: at most 1.5 × the bare loop; 90 % of what
the limit of calls leaves to bulk work; no more memory for many rows than for few.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import requests

from bench.house import ROOT, environment, free_port, manage, served

GOALS = {"overhead": 1.5, "speed": 0.9, "memory": 1.1}
RATE = 100
KINDS = ("bulk_notes", "bulk_goodwill", "bulk_lookup")
EMAIL = "mira.kapoor@example.com"


def main() -> int:
    """Measure everything, print it, 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=400)
    parser.add_argument("--latency", type=int, default=50, help="of a call outside, in ms")
    parser.add_argument("--few", type=int, default=1_000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--postgres", default="", help="server with the right to make databases")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        print(json.dumps(measure(json.loads(chosen.measure))))
        return 0
    missed = [*overhead(chosen), *speed(chosen), *memory(chosen)]
    print(f"goals missed: {', '.join(missed) or 'none'}")
    return 1 if missed else 0


def overhead(chosen: argparse.Namespace) -> Iterator[str]:
    """Engine and bare loop in turns, no latency, one thread. The service and its calls are the same."""
    for kind in KINDS:
        found: dict[str, float] = {}
        with house(chosen, customers=3 * chosen.rows):
            for turn, what in enumerate(("bare", "engine")):
                told = child(what=what, kind=kind, rows=chosen.rows, threads=1, skip=turn * chosen.rows)
                found[what] = 1000 * told["seconds"] / told["rows"]
        ratio = found["engine"] / found["bare"]
        print(
            f"{kind:15} {found['bare']:6.1f} ms a row in a bare loop, {found['engine']:6.1f} in the engine:"
            f" {ratio:.2f} (goal {GOALS['overhead']})",
            flush=True,
        )
        if ratio > GOALS["overhead"]:
            yield f"overhead of {kind}"


def speed(chosen: argparse.Namespace) -> Iterator[str]:
    """Look-ups at some latency with 1, 4 and 16 threads, beside what the limit of calls leaves to bulk work."""
    left = RATE - max(1, RATE // 4)
    for threads in (1, 4, 16):
        with house(chosen, customers=chosen.rows + 200, rate=RATE) as sandbox:
            fault = {"kind": "latency", "latency_ms": chosen.latency, "path": "*", "count": 1_000_000}
            requests.post(f"{sandbox}/_control/faults/", json=fault, timeout=10).raise_for_status()
            told = child(what="engine", kind="bulk_lookup", rows=chosen.rows, threads=threads)
        calls = told["calls"] / told["seconds"]
        possible = min(left, threads * 1000 / chosen.latency)
        print(
            f"{threads:2} threads at {chosen.latency} ms: {told['rows'] / told['seconds']:6.1f} rows/s,"
            f" {calls:6.1f} calls/s, {calls / possible:.0%} of the {possible:.0f} possible",
            flush=True,
        )
        if threads * 1000 / chosen.latency > 2 * left and calls / possible < GOALS["speed"]:
            yield f"speed with {threads} threads"


def memory(chosen: argparse.Namespace) -> Iterator[str]:
    """Reading, dry run and run of rows that ask nobody, few and many."""
    peaks = {}
    for rows in (chosen.few, chosen.many):
        with house(chosen, customers=0):
            told = child(what="engine", kind="bench_rows", rows=rows, threads=1)
        peaks[rows] = told["peak_mb"]
        print(
            f"{rows:>9,} rows: dry run {told['dry_seconds']:7.1f} s, run {told['seconds']:7.1f} s"
            f" ({told['rows'] / told['seconds']:.0f} rows/s), memory {told['peak_mb']:.0f} MB",
            flush=True,
        )
    if peaks[chosen.many] > GOALS["memory"] * peaks[chosen.few]:
        yield "memory"


@contextmanager
def house(chosen: argparse.Namespace, *, customers: int, rate: int = 100_000) -> Iterator[str]:
    """A fresh console database, and a sandbox where there are customers; its address."""
    with tempfile.TemporaryDirectory(prefix="console-bench-") as folder, ExitStack() as stack:
        port = free_port()
        os.environ.update(environment(folder, port))
        os.environ["CAPILLARY_CALLS_PER_SECOND"] = str(rate)
        os.environ["CONSOLE_WORK_AT_ONCE"] = "64"
        os.environ["CONSOLE_WORK_MOST_ROWS"] = "2000000"
        if chosen.postgres:
            from bench.goodwill_queue import fresh_database

            url = stack.enter_context(fresh_database(chosen.postgres, "console_bench_engine"))
            os.environ["CONSOLE_DATABASE_URL"] = url
        manage("-m", "console.prepare")
        if not customers:
            yield ""
            return
        manage("-m", "apps.sandbox", "migrate", "--verbosity=0")
        manage("-m", "apps.sandbox", "seed", f"--customers={customers}")
        stack.enter_context(served("apps.sandbox.wsgi:application", port, 1, 32))
        yield f"http://127.0.0.1:{port}"


def child(**asked: Any) -> dict[str, float]:
    """One measurement in a process of its own."""
    command = [sys.executable, "-m", "bench.operations_engine", "--measure", json.dumps(asked)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(asked: dict[str, Any]) -> dict[str, float]:
    """In the child: one operation through its dry run, then its rows in a bare loop or by the engine."""
    import django

    django.setup()
    from apps.audit.models import Entry
    from apps.operations.models import Item
    from apps.operations.work import dispatching, kinds
    from bench.operations_rows import started

    # Nobody hears in this process: no messages.
    dispatching._send = lambda _chunk_id: True
    began = time.perf_counter()
    operation = started(asked["kind"], asked["rows"], work_off, skip=asked.get("skip", 0))
    dry = time.perf_counter() - began
    calls = Entry.objects.filter(action="call.sent").count()
    rows = Item.objects.filter(operation=operation, state="ready").count()
    began = time.perf_counter()
    if asked["what"] == "bare":
        kind = kinds.named(operation.kind)
        for item in Item.objects.filter(operation=operation, state="ready").select_related("operation"):
            kind.run(operation.behind, item)
    else:
        work_off(asked["threads"])
    seconds = time.perf_counter() - began
    return {
        "rows": rows,
        "seconds": seconds,
        "dry_seconds": dry,
        "calls": Entry.objects.filter(action="call.sent").count() - calls,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def work_off(threads: int = 1) -> None:
    """So many workers in this process, until nothing waits."""
    from django.db import connection

    from apps.operations.models import Chunk
    from apps.operations.work import dispatching, looking

    def work() -> None:
        while Chunk.objects.exclude(state="done").exists():
            chunk = dispatching.next_chunk()
            if chunk is None or not looking.look(chunk):
                time.sleep(0.02)
        connection.close()

    if threads == 1:
        work()
        return
    running = [threading.Thread(target=work) for _ in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join()


if __name__ == "__main__":
    sys.exit(main())
