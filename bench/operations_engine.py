"""What long work costs beside a bare loop of the same calls, its speed with several processes, its memory.

python -m bench.operations_engine [--only overhead|speed|memory] [--rows 400] [--latency 50] [--rates 10,20,40,80]
    [--few 1000] [--many 100000] [--dry] [--postgres postgres://…] [--limiter redis://…]

Every measurement is a process of its own on a database of its own. Goals: at most 1.5 × the bare loop; 90 % of what
the limit of calls leaves to bulk work, at some limit; no more memory for many rows than for few.
--dry measures memory up to the end of the dry run. Processes count calls together only with --limiter.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import requests

from bench.house import ROOT, environment, free_port, manage, served

GOALS = {"overhead": 1.5, "speed": 0.9, "memory": 1.1}
UNLIMITED = 100_000
WORKERS = (1, 4, 16)
SECONDS = 15
KINDS = ("bulk_notes", "bulk_goodwill", "bulk_lookup")
EMAIL = "mira.kapoor@example.com"


def main() -> int:
    """Measure everything, print it, 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=400)
    parser.add_argument("--only", choices=("overhead", "speed", "memory"))
    parser.add_argument("--rates", default="10,20,40,80", help="limits of calls a second, for the speed")
    parser.add_argument("--dry", action="store_true", help="memory of the dry run alone")
    parser.add_argument("--limiter", default="", help="Redis in which all processes count their calls")
    parser.add_argument("--latency", type=int, default=50, help="of a call outside, in ms")
    parser.add_argument("--few", type=int, default=1_000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--postgres", default="", help="server with the right to make databases")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--work", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        print(json.dumps(measure(json.loads(chosen.measure))))
        return 0
    if chosen.work:
        work(json.loads(chosen.work))
        return 0
    parts = {"overhead": overhead, "speed": speed, "memory": memory}
    missed = [one for name, part in parts.items() if chosen.only in (None, name) for one in part(chosen)]
    print(f"goals missed: {', '.join(missed) or 'none'}")
    return 1 if missed else 0


def overhead(chosen: argparse.Namespace) -> Iterator[str]:
    """Engine and bare loop in turns, no latency, one thread. The service and its calls are the same."""
    for kind in KINDS:
        found: dict[str, float] = {}
        with house(chosen, customers=3 * chosen.rows):
            for turn, what in enumerate(("bare", "engine")):
                told = child(what=what, kind=kind, rows=chosen.rows, skip=turn * chosen.rows)
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
    """Look-ups at some latency in 1, 4 and 16 processes, as workers are in production.

    Beside what each limit of calls leaves to bulk work, and beside what a bare loop of the same look-ups reaches in as
    many processes where no limit holds it.
    """
    with house(chosen, customers=chosen.rows + 200) as sandbox:
        fault = {"kind": "latency", "latency_ms": chosen.latency, "path": "*", "count": 1_000_000}
        requests.post(f"{sandbox}/_control/faults/", json=fault, timeout=10).raise_for_status()
        for workers in WORKERS:
            bare = looked_up(chosen, "bare", workers, UNLIMITED)
            print(
                f"{workers:2} processes at {chosen.latency} ms: a bare loop makes {bare:.1f} calls/s",
                flush=True,
            )
            met = 0
            for rate in map(int, chosen.rates.split(",")):
                left = rate - max(1, rate // 4)
                possible = min(left, workers * 1000 / chosen.latency)
                found = looked_up(chosen, "engine", workers, rate)
                print(
                    f"   limit {rate:3} a second: {found:5.1f} calls/s, {found / possible:.0%} of the"
                    f" {possible:.0f} it leaves, {found / min(bare, possible):.0%} of what a bare loop can reach of it",
                    flush=True,
                )
                met = rate if found / possible >= GOALS["speed"] else met
            if met:
                print(f"   {GOALS['speed']:.0%} is reached up to a limit of {met} a second", flush=True)
            else:
                yield f"speed with {workers} processes"


def looked_up(chosen: argparse.Namespace, what: str, workers: int, rate: int) -> float:
    """Calls a second of look-ups that run for about a quarter of a minute where the limit holds them."""
    os.environ["CAPILLARY_CALLS_PER_SECOND"] = str(rate)
    rows = min(chosen.rows, max(40, rate * SECONDS))
    told = child(what=what, kind="bulk_lookup", rows=rows, workers=workers)
    return told["calls"] / told["seconds"]


def memory(chosen: argparse.Namespace) -> Iterator[str]:
    """Reading, dry run and run of rows that ask nobody, few and many."""
    peaks = {}
    for rows in (chosen.few, chosen.many):
        with house(chosen, customers=0):
            told = child(what="dry" if chosen.dry else "engine", kind="bench_rows", rows=rows)
        peaks[rows] = told["peak_mb"]
        ran = (
            ""
            if chosen.dry
            else f", run {told['seconds']:.1f} s ({told['rows'] / told['seconds']:.0f} rows/s)"
        )
        print(
            f"{rows:>9,} rows: dry run {told['dry_seconds']:.1f} s{ran}, memory {told['peak_mb']:.0f} MB",
            flush=True,
        )
    if peaks[chosen.many] > GOALS["memory"] * peaks[chosen.few]:
        yield "memory"


@contextmanager
def house(chosen: argparse.Namespace, *, customers: int) -> Iterator[str]:
    """A fresh console database, and a sandbox where there are customers; its address."""
    with tempfile.TemporaryDirectory(prefix="console-bench-") as folder, ExitStack() as stack:
        port = free_port()
        os.environ.update(environment(folder, port))
        os.environ["CAPILLARY_CALLS_PER_SECOND"] = str(UNLIMITED)
        os.environ["CAPILLARY_LIMITER_URL"] = chosen.limiter or "memory://"
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
    from apps.operations.work import dispatching
    from bench.operations_rows import started

    # Nobody hears in this process: no messages.
    dispatching._send = lambda _chunk_id: True
    began = time.perf_counter()
    operation = started(asked["kind"], asked["rows"], work_off, skip=asked.get("skip", 0))
    dry = time.perf_counter() - began
    calls = Entry.objects.filter(action="call.sent").count()
    rows = Item.objects.filter(operation=operation, state="ready").count()
    seconds = 0.0
    if asked["what"] != "dry":
        seconds = in_processes(asked["what"], operation.pk, asked.get("workers", 0))
    return {
        "rows": rows,
        "seconds": seconds,
        "dry_seconds": dry,
        "calls": Entry.objects.filter(action="call.sent").count() - calls,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def in_processes(what: str, operation: int, workers: int) -> float:
    """Seconds from when all of them stand ready until the last is through; with 0 it is this process."""
    tasks = [
        {"what": what, "operation": operation, "place": place, "of": workers} for place in range(workers)
    ]
    if not workers:
        began = time.perf_counter()
        run_rows({"what": what, "operation": operation, "place": 0, "of": 1})
        return time.perf_counter() - began
    command = [sys.executable, "-m", "bench.operations_engine", "--work"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    running = [subprocess.Popen([*command, json.dumps(one)], cwd=ROOT, **pipes) for one in tasks]  # type: ignore[call-overload]
    for one in running:
        one.stdout.readline()
    began = time.perf_counter()
    for one in running:
        one.stdin.write(b"go\n")
        one.stdin.flush()
    if any(one.wait() for one in running):
        raise SystemExit("A worker process failed.")
    return time.perf_counter() - began


def work(asked: dict[str, Any]) -> None:
    """In a worker process: everything is loaded, then it waits for the word."""
    import django

    django.setup()
    from apps.operations.work import dispatching

    dispatching._send = lambda _chunk_id: True
    print("ready", flush=True)
    sys.stdin.readline()
    run_rows(asked)


def run_rows(asked: dict[str, Any]) -> None:
    """Its share of the rows in a bare loop, or chunks of the engine as long as there are any."""
    from apps.operations.models import Item
    from apps.operations.work import kinds

    if asked["what"] == "engine":
        work_off()
        return
    items = Item.objects.filter(operation=asked["operation"], state="ready").select_related("operation")
    for item in list(items.order_by("row"))[asked["place"] :: asked["of"]]:
        kinds.named(item.operation.kind).run(item.operation.behind, item)


def work_off() -> None:
    """As a worker, until nothing waits."""
    from apps.operations.models import Chunk
    from apps.operations.work import dispatching, looking

    while Chunk.objects.exclude(state="done").exists():
        chunk = dispatching.next_chunk()
        if chunk is None or not looking.look(chunk):
            time.sleep(0.02)


if __name__ == "__main__":
    sys.exit(main())
