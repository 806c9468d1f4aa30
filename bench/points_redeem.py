"""What redeeming points costs beside its outside calls, of which each is made to take 50 ms.

python -m bench.points_redeem [--redemptions 40]
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
import uuid
from decimal import Decimal
from typing import Any

from bench.house import environment, free_port, manage, served

LATENCY_MS = 50
# The customer is read and the points are redeemed; the rest is ours: rows, entries, both halves of each call.
GOALS = {"calls": 2.0, "ratio": 1.6}


def main() -> int:
    """Measure redemptions of one process, one after the other; fail when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--redemptions", type=int, default=40)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="console-bench-") as folder:
        port = free_port()
        os.environ.update(environment(folder, port))
        manage("-m", "apps.sandbox", "migrate", "--verbosity=0")
        manage("-m", "apps.sandbox", "seed", "--customers=200")
        manage("-m", "console.prepare")
        with served("apps.sandbox.wsgi:application", port, 1, 8):
            return report(measure(f"http://127.0.0.1:{port}", chosen.redemptions))


def measure(sandbox: str, count: int) -> list[dict[str, float]]:
    """Of each redemption: seconds in all, seconds of its calls alone, and their number."""
    import django
    import requests as http

    django.setup()
    from django.db.models import Max, Sum

    from apps.audit.actor import Actor
    from apps.audit.models import Entry
    from apps.core.context import new_reference, use_reference
    from apps.points.models import PointsRules
    from apps.points.redeeming import redeem
    from apps.points.wanted import Wanted
    from apps.staff.models import Store, User

    session = http.Session()
    session.trust_env = False
    # A code for each would be one call more that nobody waits for while the points are redeemed.
    PointsRules.objects.update(skip_code_roles=["agent"])
    user, store = User.objects.get(name="Asha Verma"), Store.objects.get(code="CC")
    actor = Actor(user.pk, user.name, "Agent", store_id=store.pk, store_code=store.code)
    customers = whole_points(count)
    for customer in customers:
        order = {"customer_id": customer, "points": "1000"}
        session.post(f"{sandbox}/_control/credits.json", json=order, timeout=10).raise_for_status()
    slow = {"kind": "latency", "latency_ms": LATENCY_MS, "path": "/v*"}
    session.post(f"{sandbox}/_control/faults/", json=slow, timeout=10).raise_for_status()

    found: list[dict[str, float]] = []
    for customer in customers:
        wanted = Wanted(customer_id=customer, points=Decimal(20), token=uuid.uuid4(), mode="no_code")
        last = Entry.objects.aggregate(last=Max("pk"))["last"] or 0
        with use_reference(new_reference()):
            began = time.perf_counter()
            act = redeem(actor=actor, user=user, wanted=wanted)
            seconds = time.perf_counter() - began
        if act.state != "done":
            raise SystemExit(f"{act.number} is {act.state}: {act.message}")
        calls = Entry.objects.filter(pk__gt=last, action="call.answered")
        total: Any = calls.aggregate(total=Sum("latency_ms"))["total"]
        found.append({"seconds": seconds, "outside": float(total) / 1000, "calls": float(calls.count())})
    # The first one signs in and opens the connection.
    return found[1:]


def whole_points(count: int) -> list[int]:
    """Customers of the look-alike whose first programme counts whole points, with a mobile of the stores."""
    import sqlite3

    words = (
        "SELECT c.id FROM sandbox_customer c WHERE c.merged_into_id IS NULL AND c.status = 'ACTIVE'"
        " AND c.fraud_status = 'NOT_FRAUD' AND c.loyalty_type != 'non_loyalty'"
        " AND (SELECT min(programme_id) FROM sandbox_enrolment e WHERE e.customer_id = c.id) = 101"
        " AND EXISTS (SELECT 1 FROM sandbox_identifier i"
        " WHERE i.customer_id = c.id AND i.kind = 'mobile' AND i.source = 'INSTORE')"
        " ORDER BY c.id DESC LIMIT ?"
    )
    with sqlite3.connect(os.environ["SANDBOX_DATABASE"], timeout=20) as rows:
        return [row[0] for row in rows.execute(words, [count])]


def report(found: list[dict[str, float]]) -> int:
    """Print medians; 1 when a goal is missed."""
    middle = {name: statistics.median(one[name] for one in found) for name in found[0]}
    ratio = statistics.median(one["seconds"] / one["outside"] for one in found)
    own = middle["seconds"] - middle["outside"]
    print(f"{len(found)} redemptions   {middle['seconds'] * 1000:.0f} ms   own part {own * 1000:.0f} ms")
    print(f"outside calls of one redemption    {middle['calls']:6.2f}   goal ≤ {GOALS['calls']}")
    print(f"time over its outside calls alone  {ratio:6.2f}   goal ≤ {GOALS['ratio']}")
    return 0 if middle["calls"] <= GOALS["calls"] and ratio <= GOALS["ratio"] else 1


if __name__ == "__main__":
    sys.exit(main())
