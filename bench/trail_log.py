"""The log over the trail: how soon entries are sealed, how fast a backlog is, and what verifying costs.

python -m bench.trail_log [--rows 100000] [--seconds 30] [--postgres postgres://…]

Sealing is timed by somebody who looks at the newest checkpoint while writers write at a thousand entries a second, or
as many as this machine can beside it. Hashing is compared with pymerkle over the same entries (a package of the tests;
without it the comparison is left out), in rounds that take turns.
"""

import importlib.util
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from bench.trail_house import (
    Goal,
    answers,
    arguments,
    begin_together,
    get_ready,
    in_process,
    report,
    sealer,
    spawning,
    trail,
)

RATE = 1_000
WRITERS = 4
# One click of a page with eight panels: an act, then both halves of eight calls.
PANELS = 8
CLICK = 1 + 2 * PANELS
# Entries of one kilobyte, hashed in blocks that are whole subtrees.
HASHED, BLOCK, ROUNDS = 1 << 17, 1 << 13, 5
SEALED_SECONDS = 2.0


def main() -> int:
    """Measure on PostgreSQL, or on SQLite where none answers; 1 when a goal is missed."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--rows", type=int, default=100_000, help="entries of the backlog")
    parser.add_argument("--seconds", type=int, default=30, help="how long writers write")
    chosen = parser.parse_args()
    parts = [hashing()]
    report(parts[-1])
    server = chosen.postgres if answers(chosen.postgres) else ""
    with trail(server) as name:
        parts.append(sealing(name, chosen.seconds))
    report(parts[-1])
    with trail(server) as name:
        parts.append(backlog(name, in_process(sealed_and_verified, chosen.rows)))
    report(parts[-1])
    return 1 if any(goal.missed for part in parts for goal in part) else 0


def hashing() -> list[Goal]:
    """Leaf hashes and root, by the log's own tree, by pymerkle, and by two processes."""
    payloads = some_payloads(0, HASHED)
    known = bool(importlib.util.find_spec("pymerkle"))
    rates: dict[str, list[float]] = {"one": [], "two": []} | ({"pymerkle": []} if known else {})
    with ProcessPoolExecutor(2, spawning) as pool:
        blocks = range(0, HASHED, BLOCK)
        # Both are there, and have their entries in memory, before anything is timed.
        list(pool.map(prepared, [HASHED] * 2))
        for _round in range(ROUNDS):
            begun = time.perf_counter()
            root = rooted(payloads)
            rates["one"].append(HASHED / (time.perf_counter() - begun))
            begun = time.perf_counter()
            joined = joined_root(list(pool.map(block_root, blocks)))
            rates["two"].append(HASHED / (time.perf_counter() - begun))
            if known:
                begun = time.perf_counter()
                told = by_pymerkle(payloads)
                rates["pymerkle"].append(HASHED / (time.perf_counter() - begun))
            if root != joined or (known and root != told):
                raise SystemExit("The roots differ.")
    goals = [
        Goal(f"leaf hashes and root: {name}", statistics.median(found), unit="a second")
        for name, found in rates.items()
    ]
    if known:
        goals.append(Goal("one process / pymerkle", ratio(rates["one"], rates["pymerkle"]), 4.0))
    else:
        print("pymerkle is not installed")
    return [*goals, Goal("two processes / one", ratio(rates["two"], rates["one"]), 1.7)]


def some_payloads(start: int, end: int) -> list[bytes]:
    """A kilobyte each, all different."""
    return [b"%024d" % number + b"x" * 1000 for number in range(start, end)]


def prepared(count: int) -> None:
    """In each process of the pool."""
    globals()["mine"] = some_payloads(0, count)
    # So that the other process, and not this one again, takes the second piece of work.
    time.sleep(1)


def rooted(payloads: list[bytes]) -> bytes:
    """As sealer and verification do it."""
    from apps.audit.hashing import leaf_hash
    from apps.audit.log.merkle import root_of

    return root_of(leaf_hash(one) for one in payloads)


def block_root(start: int) -> bytes:
    """The root of one whole subtree."""
    return rooted(globals()["mine"][start : start + BLOCK])


def joined_root(roots: list[bytes]) -> bytes:
    """Subtrees of one size, joined as leaves are."""
    from apps.audit.log.merkle import root_of

    return root_of(roots)


def by_pymerkle(payloads: list[bytes]) -> bytes:
    """The same tree by its own means."""
    from pymerkle import InmemoryTree

    tree = InmemoryTree(algorithm="sha256")
    for one in payloads:
        tree.append_entry(one)
    root: bytes = tree.get_root()
    return root


def ratio(over: list[float], under: list[float]) -> float:
    """The median of the rounds' own ratios."""
    return statistics.median(one / other for one, other in zip(over, under, strict=True))


def sealing(name: str, seconds: int) -> list[Goal]:
    """Writers, the sealer, and one who looks."""
    barrier = spawning.Barrier(WRITERS + 1)
    with sealer(), spawning.Pool(WRITERS + 1, get_ready, [barrier]) as pool:
        writers = [pool.apply_async(write, (seconds, RATE / CLICK / WRITERS)) for _ in range(WRITERS)]
        seen = pool.apply_async(look, (seconds,)).get()
        written = sum(one.get() for one in writers)
    waited, unsealed = in_process(waits, seen)
    cuts = statistics.quantiles(waited, n=100)
    if unsealed:
        print(f"{unsealed} entries were not sealed half a minute after the last was written.")
    rate = written / seconds
    told = "" if rate > 0.95 * RATE else f" (this machine wrote no {RATE:,} beside the sealer)"
    return [
        Goal(f"{name}: written while sealed{told}", rate, unit="a second"),
        Goal(f"{name}: sealed after, median", cuts[49], unit="s"),
        Goal(f"{name}: sealed after, p99", cuts[98], SEALED_SECONDS, most=True, unit="s"),
    ]


def write(seconds: int, rate: float) -> int:
    """So many clicks a second, as they come in a house; returns the entries."""
    from apps.audit.recorder import CallRecorder
    from apps.audit.services import record
    from bench.trail_rows import ACTOR, answered, sent

    recorder, done = CallRecorder(ACTOR), 0
    begin_together()
    begin = time.time()
    while (now := time.time()) < begin + seconds:
        if now < begin + done / rate:
            time.sleep(begin + done / rate - now)
        record("customer.viewed", actor=ACTOR, customer="387746388")
        calls = [sent(identifiers=False) for _ in range(PANELS)]
        recorder.sent(calls)
        recorder.answered([answered(call) for call in calls])
        done += 1
    return done * CLICK


def look(seconds: int) -> list[tuple[float, int]]:
    """(when it was seen first, how many entries it seals) of every checkpoint."""
    from apps.audit.models import Checkpoint

    begin_together()
    seen, end = [(0.0, 0)], time.time() + seconds
    quiet = 0.0
    while time.time() < end + 30 and quiet < 4:
        size = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
        if size > seen[-1][1]:
            seen.append((time.time(), size))
        quiet = time.time() - max(end, seen[-1][0])
        time.sleep(0.02)
    return seen[1:]


def waits(seen: list[tuple[float, int]]) -> tuple[list[float], int]:
    """Seconds from the time an entry tells to the moment its checkpoint was seen; and how many have none."""
    from apps.audit.models import Entry, Leaf

    found, at = [], 0
    for index, written in Leaf.objects.order_by("index").values_list("index", "entry__at"):
        while at < len(seen) and seen[at][1] <= index:
            at += 1
        if at < len(seen):
            found.append(seen[at][0] - written.timestamp())
    return found, Entry.objects.count() - len(found)


def sealed_and_verified(rows: int) -> dict[str, float]:
    """Entries a second of the sealer over a backlog, and of a whole and of a quick verification."""
    from apps.audit.log import sealer as real
    from apps.audit.log import verifying
    from apps.audit.log.hands import helpers
    from apps.audit.models import Verification
    from bench.trail_fill import fill

    fill(rows)
    begun = time.perf_counter()
    if real.seal_all() != rows:
        raise SystemExit("Not everything was sealed.")
    found = {"sealed": rows / (time.perf_counter() - begun)}
    for processes in (1, 2):
        with helpers(processes) as hands:
            # They are there, and connected, before anything is timed.
            list(hands.check(0, hands.pages * 2_000, quick=True, counted=False))
            for name, quick in (("verified", False), ("verified quickly", True)):
                asked = Verification.objects.create(state=Verification.State.RUNNING)
                begun = time.perf_counter()
                verifying.go_on(asked, quick=quick, hands=hands)
                found[f"{name} by {processes}"] = rows / (time.perf_counter() - begun)
                if asked.state != Verification.State.SOUND:
                    raise SystemExit(f"What was written does not verify: {asked.findings[:3]}")
    return found


def backlog(name: str, found: dict[str, Any]) -> list[Goal]:
    """Rates without a goal, and what a second process brings."""
    told = [Goal(f"{name}: {what}", rate, unit="a second") for what, rate in found.items()]
    return [*told, Goal(f"{name}: verified by 2 / by 1", found["verified by 2"] / found["verified by 1"])]


if __name__ == "__main__":
    sys.exit(main())
