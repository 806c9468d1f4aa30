"""What the trail costs: entries a second beside plain ORM rows of the same size, and both halves of a call.

python -m bench.trail                              SQLite, and PostgreSQL when one answers locally
python -m bench.trail --postgres postgres://…      with this server; a database is made there and removed again

Everything is written with full durability while the sealer runs. Rounds are interleaved, and all writers begin each
of them together. django-auditlog is measured beside it where it is installed (the console itself does not need it).
"""

import statistics
import sys
import time
from collections.abc import Callable
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

ROUNDS = 9
WRITERS = 8
# For each writer in each round.
ROWS = 60
HALVES_MS = 2.0
Times = dict[str, list[float]]


def main() -> int:
    """Measure each database, print ratios beside goals, fail when one is missed."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args()
    goals = []
    with trail() as name:
        goals += of_database(name, {1: 0.80}, chosen.rounds)
    if answers(chosen.postgres):
        with trail(chosen.postgres) as name:
            goals += of_database(name, {1: None, WRITERS: 0.90}, chosen.rounds)
    else:
        print("No PostgreSQL answers: left out.")
    return report(goals)


def of_database(name: str, limits: dict[int, float | None], rounds: int) -> list[Goal]:
    """The figures of one database, by number of writers."""
    in_process(make_table)
    goals = []
    with sealer():
        for writers, limit in limits.items():
            rates = measured(writers, rounds)
            goals += ratios(f"{name}, {writers} writer{'s' * (writers > 1)}", rates, limit)
        goals += halves(name, in_process(both_halves, rounds))
    return goals


def make_table() -> None:
    """The table of plain rows."""
    from bench.trail_rows import make_plain

    make_plain()


def measured(writers: int, rounds: int) -> Times:
    """Rows a second of all writers together: name of the job to its rounds."""
    barrier = spawning.Barrier(writers)
    with spawning.Pool(writers, initializer=get_ready, initargs=(barrier,)) as pool:
        # One each: nobody takes a second one while all wait for each other.
        found = pool.map(write, [rounds] * writers, chunksize=1)
    # A round is over when the last writer is; all began together.
    return {
        job: [writers * ROWS / max(each) for each in zip(*(one[job] for one in found), strict=True)]
        for job in found[0]
    }


def write(rounds: int) -> Times:
    """Seconds of each round of each job in this process."""
    jobs = jobs_of_one()
    for job in jobs.values():
        seconds(job, 10)
    times: Times = {name: [] for name in jobs}
    for number in range(rounds):
        # Each goes first as often as the others.
        order = list(jobs)[number % len(jobs) :] + list(jobs)[: number % len(jobs)]
        for name in order:
            begin_together()
            times[name].append(seconds(jobs[name], ROWS))
    return times


def jobs_of_one() -> dict[str, Callable[[], Any]]:
    """What is compared, each writing one row."""
    from apps.audit import store
    from apps.audit.recorder import CallRecorder
    from bench.trail_rows import ACTOR, auditlog_insert, draft, plain_insert, sent

    one, recorder = draft(), CallRecorder(ACTOR)
    jobs: dict[str, Callable[[], Any]] = {
        "plain": plain_insert(),
        "entry": lambda: store.append([one]),
        "masked and written": lambda: recorder.sent([sent(identifiers=False)]),
    }
    if beside := auditlog_insert():
        jobs["django-auditlog"] = beside
    return jobs


def ratios(where: str, rates: Times, limit: float | None) -> list[Goal]:
    """Each job's rate to that of plain rows, in the same round."""
    goals = [Goal(f"{where}: plain rows", statistics.median(rates["plain"]), unit="a second")]
    for job in rates.keys() - {"plain"}:
        ratio = statistics.median(one / plain for one, plain in zip(rates[job], rates["plain"], strict=True))
        goals.append(Goal(f"{where}: {job} / plain", ratio, limit if job == "entry" else None))
    if "django-auditlog" not in rates:
        print(f"{where}: django-auditlog is not installed")
    return sorted(goals, key=lambda goal: ("plain rows" not in goal.name, -goal.found))


def both_halves(rounds: int) -> dict[str, float]:
    """Milliseconds a call costs, in medians of interleaved rounds."""
    from apps.audit.recorder import CallRecorder
    from bench.trail_rows import ACTOR, answered, plain_insert, sent

    recorder, plain = CallRecorder(ACTOR), plain_insert()

    def calls(count: int, *, identifiers: bool = False) -> None:
        made = [sent(identifiers) for _ in range(count)]
        recorder.sent(made)
        recorder.answered([answered(call) for call in made])

    jobs: dict[str, tuple[int, Callable[[], Any]]] = {
        "two plain rows": (1, lambda: [plain(), plain()]),
        "a call": (1, lambda: calls(1)),
        "a call with an identifier": (1, lambda: calls(1, identifiers=True)),
        "a call, eight at once": (8, lambda: calls(8)),
    }
    times: Times = {name: [] for name in jobs}
    for _round in range(rounds):
        for name, (count, job) in jobs.items():
            times[name].append(seconds(job, 60 // count) * 1000 / (60 // count * count))
    return {name: statistics.median(found) for name, found in times.items()}


def halves(where: str, found: dict[str, float]) -> list[Goal]:
    """Milliseconds, and what a call is beside two plain rows; the goal in milliseconds is for a calm disk."""
    made = [
        Goal(
            f"{where}: {name}, both halves", ms, HALVES_MS if name == "a call" else None, most=True, unit="ms"
        )
        for name, ms in found.items()
        if name != "two plain rows"
    ]
    return [*made, Goal(f"{where}: two plain rows / a call", found["two plain rows"] / found["a call"])]


def seconds(job: Callable[[], Any], times: int) -> float:
    """How long so many runs take."""
    start = time.perf_counter()
    for _ in range(times):
        job()
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
