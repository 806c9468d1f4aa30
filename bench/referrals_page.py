"""A customer who invited 5,000 people beside one who invited 50: the page, and the outside's calls alone.

python -m bench.referrals_page [--rounds 5]

Beyond its calls the page may cost what fifty cost, and a share of the calls for matching thousands in memory.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable

import requests

from bench.house import open_house

FEW, MANY = (500000031, 50), (500000032, 5000)
# Beyond the calls: matching thousands in memory may cost this share of fetching them.
GOAL_SHARE = 0.35
TILLS = ["till.012.01", "till.007.01"]


def main() -> int:
    """Measure in turns, print, and fail when the page costs more beyond its calls than the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with open_house() as house:
        for customer, count in (FEW, MANY):
            order = {
                "customers": [customer],
                "count": count,
                "tills": TILLS,
                "stages": ["invited", "joined", "bought", "rewarded"],
                "spread_hours": 4000,
            }
            made = requests.post(f"{house.sandbox}/_control/referrals.json", json=order, timeout=120)
            made.raise_for_status()
        found = {count: measured(customer, rounds) for customer, count in (FEW, MANY)}
    print(f"{'people':>8} {'page ms':>9} {'calls ms':>9} {'beyond ms':>10} {'queries':>8}")
    for count, (page, calls, queries) in found.items():
        print(f"{count:8} {page:9.0f} {calls:9.0f} {page - calls:10.0f} {queries:8}")
    (page_few, calls_few, queries_few), (page, calls, queries) = found[FEW[1]], found[MANY[1]]
    share = (page - calls - max(0.0, page_few - calls_few)) / calls
    print(f"beyond the calls, as a share of them: {share:.2f}   goal ≤ {GOAL_SHARE}")
    # Slow calls write their own outcomes, so there may be fewer.
    print(f"queries of 5,000 beside 50: {queries} and {queries_few}   goal: no more")
    return 0 if share <= GOAL_SHARE and queries <= queries_few else 1


def measured(customer: int, rounds: int) -> tuple[float, float, int]:
    """Medians in milliseconds of the whole story and of its calls alone, and the queries of the story."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from apps.audit.actor import Actor
    from apps.capillary.resources import referrals
    from apps.core.context import new_reference, use_reference
    from apps.referrals.asking import titles
    from apps.referrals.reading import read_referrals
    from apps.staff.connection import client_for
    from apps.staff.models import Store, User

    user, store = User.objects.get(name="Asha Verma"), Store.objects.get(code="CC")
    actor = Actor(user.pk, user.name, "Agent", store_id=store.pk, store_code=store.code)

    def story() -> None:
        read_referrals(actor=actor, customer_id=customer)

    def calls() -> None:
        client_for(actor).send_all(referrals.reads(customer_id=customer, campaign_tokens=tuple(titles())))

    with use_reference(new_reference()):
        # The first time the newest invitations are kept for signals.
        story()
        with CaptureQueriesContext(connection) as queries:
            story()
        pages, asked = [], []
        for _round in range(rounds):
            pages.append(milliseconds(story))
            asked.append(milliseconds(calls))
    return statistics.median(pages), statistics.median(asked), len(queries)


def milliseconds(work: Callable[[], None]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    sys.exit(main())
