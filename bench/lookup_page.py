"""Requests per second of the look-up page under gunicorn, beside a bare Django view in the same run.

python -m bench.lookup_page [--seconds 5] [--users 8]
"""

import argparse
import http.client
import sys
import threading
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from bench.house import free_port, open_house, served

WORKERS, THREADS = 2, 8
# A signed-in page of 27 kB with session, person, permissions, ten questions to the database, what waits in every
# room and the limits left, against a fraction of a millisecond of no work at all.
GOAL_RATIO = 0.01


def main() -> int:
    """Measure both in turns, print, and fail when the page is slower beside the bare view than the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--users", type=int, default=8)
    chosen = parser.parse_args()
    with open_house(workers=WORKERS, threads=THREADS) as house:
        port = free_port()
        cookies = "; ".join(f"{name}={value}" for name, value in house.session.cookies.items())
        with served("bench.bare:application", port, WORKERS, THREADS):
            targets = {
                "look-up page": (f"{house.web}/customers/", {"Cookie": cookies}),
                "bare Django view": (f"http://127.0.0.1:{port}/", {}),
            }
            best = dict.fromkeys(targets, 0.0)
            for _turn in range(3):
                for name, (url, headers) in targets.items():
                    best[name] = max(best[name], rate(url, headers, chosen.users, chosen.seconds / 3))
    page, bare = best["look-up page"], best["bare Django view"]
    print(f"{chosen.users} users, gunicorn {WORKERS} workers × {THREADS} threads, best of three turns")
    for name, found in best.items():
        print(f"{name:20} {found:8.0f} requests/s")
    print(f"{'ratio':20} {page / bare:8.3f}   goal ≥ {GOAL_RATIO}")
    return 0 if page / bare >= GOAL_RATIO else 1


def rate(url: str, headers: Mapping[str, str], users: int, seconds: float) -> float:
    """Requests per second of so many users who each wait for their answer before they ask again."""
    until = time.perf_counter() + seconds
    counts = [0] * users
    threads = [
        threading.Thread(target=_user, args=(url, headers, until, counts, number)) for number in range(users)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)


def _user(url: str, headers: Mapping[str, str], until: float, counts: list[int], number: int) -> None:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    while time.perf_counter() < until:
        connection.request("GET", parts.path, headers=dict(headers))
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{url} answered {answer.status}.")
        counts[number] += 1
    connection.close()


if __name__ == "__main__":
    sys.exit(main())
