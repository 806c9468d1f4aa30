"""What reading pending goodwill requests into step costs: calls, time beside a bare loop, memory.

python -m bench.goodwill_sync [--few 1000] [--many 10000]
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

from bench.house import ROOT, environment, free_port, manage, served

PAGE = 50
# One page to list and one of the logs for points and for coupons each, in the first reading and in the round.
# Python's and the database's own caches grow during the first some thousand requests, then no more: the second
# reading of all of them must not need more memory than the first.
GOALS = {"calls_per_page": 4.5, "memory": 1.05, "more": 1.5, "linear": 1.5, "bare": 8.0}


def main() -> int:
    """Measure both sizes, each with a sandbox, a database and a process of its own; fail when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=1_000)
    parser.add_argument("--many", type=int, default=10_000)
    parser.add_argument("--measure", choices=["sync", "bare"], help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        print(json.dumps(sync() if chosen.measure == "sync" else bare()))
        return 0
    few, many = run(chosen.few), run(chosen.many)
    return report(few, many)


def run(pending: int) -> dict[str, float]:
    """A house with so many pending requests: the console's reading, and the same calls without the console."""
    with tempfile.TemporaryDirectory(prefix="console-bench-") as folder:
        port = free_port()
        os.environ.update(environment(folder, port))
        manage("-m", "apps.sandbox", "migrate", "--verbosity=0")
        manage("-m", "apps.sandbox", "seed", "--customers=200", f"--pending={pending}")
        manage("-m", "console.prepare")
        with served("apps.sandbox.wsgi:application", port, 1, 4):
            found = child("sync")
            found["bare_seconds"] = child("bare")["seconds"]
    return found


def child(what: str) -> dict[str, float]:
    """The measurement in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "bench.goodwill_sync", "--measure", what]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def sync() -> dict[str, float]:
    """Everything pending read in, then one whole round through it: rows, calls, seconds, memory in MB."""
    import django

    django.setup()
    from apps.audit.models import Entry
    from apps.goodwill.models import GoodwillRequest
    from apps.goodwill.syncing import sync_pending

    before = peak()
    began = time.perf_counter()
    read = sync_pending(seconds=3_600, round_pages=0)
    halfway = peak()
    read += sync_pending(seconds=3_600, round_pages=1_000_000)
    seconds = time.perf_counter() - began
    calls = Entry.objects.filter(action="call.sent").count()
    rows = GoodwillRequest.objects.count()
    if read < 2 * rows:
        raise SystemExit(f"Only {read} rows were read, {rows} are known.")
    return {
        "rows": rows,
        "calls": calls,
        "seconds": seconds,
        "peak": peak(),
        "halfway": halfway,
        "before": before,
    }


def bare() -> dict[str, float]:
    """The same lists and logs over one connection: neither trail nor limiter nor rows."""
    import django
    import requests as http

    django.setup()
    from apps.audit.actor import system_actor
    from apps.capillary.envelopes import open_envelope
    from apps.capillary.resources import requests
    from apps.staff.connection import client_for, config

    session = http.Session()
    session.trust_env = False
    client = client_for(system_actor("Measurement"))
    session.headers["X-CAP-API-OAUTH-TOKEN"] = client.fetch_token().value
    first = client.send(requests.listing(status="PENDING", limit=1)).rows[0]
    day = first.added_at.date() if first.added_at else None

    def ask(call):  # type: ignore[no-untyped-def]
        answer = session.request(call.method, config().base_url + call.path, params=call.params, timeout=30)
        answer.raise_for_status()
        return call.parse(open_envelope(call.dialect, answer.json(), own_verdict=call.own_verdict))

    began, start = time.perf_counter(), int(first.id)
    for reading in ("first", "round"):
        at, full = start, True
        while full:
            rows = ask(requests.listing(status="PENDING", start_id=at, limit=PAGE)).rows
            numbers = [int(row.id) for row in rows]
            if numbers and reading == "first":
                for kind in ("POINTS", "COUPONS"):
                    ask(
                        requests.logs(
                            start_date=day, end_date=day, base_type=kind,
                            start_id=numbers[0], end_id=numbers[-1], limit=PAGE,
                        )
                    )  # fmt: skip
            at, full = max(numbers, default=0) + 1, len(rows) == PAGE
    return {"seconds": time.perf_counter() - began}


def peak() -> float:
    """The most memory this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(few: dict[str, float], many: dict[str, float]) -> int:
    """Print a table; 1 when a goal is missed."""
    for one in (few, many):
        print(
            f"{one['rows']:7,.0f} pending   {one['calls']:6,.0f} calls   {one['seconds']:6.1f} s"
            f"   the calls alone {one['bare_seconds']:6.1f} s   memory {one['before']:.0f} → {one['peak']:.0f} MB"
        )
    found = {
        "calls_per_page": many["calls"] / (many["rows"] / PAGE),
        "memory": many["peak"] / many["halfway"],
        "more": many["peak"] / few["peak"],
        "linear": (many["seconds"] / many["rows"]) / (few["seconds"] / few["rows"]),
        "bare": many["seconds"] / many["bare_seconds"],
    }
    words = {
        "calls_per_page": f"calls for {PAGE} requests",
        "memory": "peak memory, second reading over first",
        "more": "peak memory, many over few",
        "linear": "time per request, many over few",
        "bare": "time over the same calls alone",
    }
    for name, value in found.items():
        print(f"{words[name]:40} {value:6.2f}   goal ≤ {GOALS[name]}")
    return 0 if all(value <= GOALS[name] for name, value in found.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
