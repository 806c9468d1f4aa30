"""The approvals queue with 200,000 requests beside the same page with 200, in turns, in one run.

python -m bench.goodwill_queue [--many 200000] [--few 200] [--rounds 60] [--postgres postgres://…]
"""

import argparse
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import requests

from bench.house import PATIENCE_SECONDS, environment, free_port, manage, served

MANAGER = "mira.kapoor@example.com"
GOAL = 3.0
QUEUE = "/goodwill/approvals/"
# The page with many, and the one with few it is measured beside: one that 200 requests fill as well.
PAGES = {
    "queue": (QUEUE, QUEUE),
    "flagged": (f"{QUEUE}?show=flagged", f"{QUEUE}?show=flagged"),
    "narrowed": (f"{QUEUE}?by=asha&origin=console", f"{QUEUE}?by=asha&origin=console"),
    "over budget": (f"{QUEUE}?show=over_budget", QUEUE),
    "next page": ("", QUEUE),
}


@dataclass
class Console:
    """One running console with its own database."""

    web: str
    session: requests.Session

    def get(self, path: str) -> tuple[float, str]:
        """Milliseconds and body."""
        began = time.perf_counter()
        answer = self.session.get(f"{self.web}{path}", timeout=PATIENCE_SECONDS)
        took = (time.perf_counter() - began) * 1000
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}.")
        return took, answer.text


def main() -> int:
    """Measure both in turns, print p50 and p95, and fail when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, default=200_000)
    parser.add_argument("--few", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--postgres", default="", help="server with the right to make databases")
    chosen = parser.parse_args()
    with ExitStack() as stack:
        few = stack.enter_context(console(chosen.few, chosen.postgres))
        many = stack.enter_context(console(chosen.many, chosen.postgres))
        times = {
            name: in_turns((few, beside), (many, path or next_page(many)), chosen.rounds)
            for name, (path, beside) in PAGES.items()
        }
    return report(times, chosen.few, chosen.many, "PostgreSQL" if chosen.postgres else "SQLite")


@contextmanager
def console(count: int, postgres: str) -> Iterator[Console]:
    """A console with so many requests and the manager signed in."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="console-bench-"))
        port = free_port()
        os.environ.update(environment(folder, free_port()))
        if postgres:
            made = stack.enter_context(fresh_database(postgres, f"console_bench_{count}"))
            os.environ["CONSOLE_DATABASE_URL"] = made
        manage("-m", "console.prepare")
        began = time.perf_counter()
        manage("-m", "bench.goodwill_rows", f"--count={count}")
        print(f"{count:>8,} requests written in {time.perf_counter() - began:.0f} s", flush=True)
        with served("console.wsgi:application", port, 1, 4):
            web = f"http://127.0.0.1:{port}"
            yield Console(web, sign_in(web))


def sign_in(web: str) -> requests.Session:
    """The manager's session, over the form like anybody's."""
    from apps.staff.demo import PASSWORD

    session = requests.Session()
    session.trust_env = False
    form = session.get(f"{web}/sign-in/", timeout=PATIENCE_SECONDS).text
    found = re.search(r'csrfmiddlewaretoken" value="([^"]+)', form)
    data = {"username": MANAGER, "password": PASSWORD, "csrfmiddlewaretoken": found[1] if found else ""}
    answer = session.post(f"{web}/sign-in/", data=data, timeout=PATIENCE_SECONDS)
    if not answer.url.endswith("/approvals/"):
        raise SystemExit(f"Signing in led to {answer.url}.")
    return session


@contextmanager
def fresh_database(server: str, name: str) -> Iterator[str]:
    """An empty database on the server, gone again afterwards."""
    import psycopg

    drop = f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server}/{name}"
        finally:
            connection.execute(drop)


Page = tuple[Console, str]


def in_turns(few: Page, many: Page, rounds: int) -> tuple[list[float], list[float]]:
    """Times of both, one after the other, so that a noisy neighbour hits both alike."""
    pages = (few, many)
    for one, address in pages * 3:
        one.get(address)
    found: tuple[list[float], list[float]] = ([], [])
    for _round in range(rounds):
        for times, (one, address) in zip(found, pages, strict=True):
            times.append(one.get(address)[0])
    return found


def next_page(one: Console) -> str:
    """The address behind the first page, or the first where there is no other."""
    body = one.get(QUEUE)[1]
    found = re.search(r'href="([^"]+)" rel="next"', body)
    return found[1].replace("&amp;", "&") if found else QUEUE


def report(times: dict[str, tuple[list[float], list[float]]], few: int, many: int, database: str) -> int:
    """Print, and 1 when the queue itself misses the goal."""
    print(f"{database}, ms{'':14}{few:>10,}{'':10}{many:>10,}{'':10}{'p95 ratio':>10}")
    ratios = {}
    for name, (small, large) in times.items():
        ratios[name] = p95(large) / p95(small)
        print(
            f"{name:20} p50 {statistics.median(small):6.1f} p95 {p95(small):6.1f}"
            f"   p50 {statistics.median(large):6.1f} p95 {p95(large):6.1f}   {ratios[name]:8.2f}"
        )
    worst = max(ratios.values())
    print(f"goal: every page under {GOAL} × the same page with {few} requests; worst {worst:.2f}")
    return 0 if worst < GOAL else 1


def p95(times: list[float]) -> float:
    """The time 95 of a hundred stay under."""
    return statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    sys.exit(main())
