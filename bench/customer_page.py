"""How long the customer page takes beyond its slowest outside call, and beside the same calls one by one.

python -m bench.customer_page [--latency-ms 50] [--rounds 21]
"""

import argparse
import statistics
import sys
import time

import requests

from bench.house import House, open_house

CUSTOMER = 500000001
GOAL_MS = 60.0


def main() -> int:
    """Measure, print, and fail when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency-ms", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=21)
    chosen = parser.parse_args()
    with open_house() as house:
        fault = {"kind": "latency", "path": "/v*", "latency_ms": chosen.latency_ms}
        requests.post(f"{house.sandbox}/_control/faults/", json=fault, timeout=10).raise_for_status()
        # The first page learns by which identifier the older API can be asked; later ones ask all at once.
        house.session.get(f"{house.web}/customers/{CUSTOMER}/", timeout=30)
        rounds = [one_page(house) for _round in range(chosen.rounds + 3)][3:]
        in_turn = [one_by_one() for _round in range(max(3, chosen.rounds // 4))]
    return report(rounds, in_turn, chosen.latency_ms)


def one_page(house: House) -> tuple[float, float, int]:
    """Page time, time of its slowest call (as the trail has it), and how many calls it made."""
    from apps.audit.models import Entry

    began = time.perf_counter()
    answer = house.session.get(f"{house.web}/customers/{CUSTOMER}/", timeout=30)
    took = (time.perf_counter() - began) * 1000
    if answer.status_code != 200 or "Could not be loaded" in answer.text or "aria-busy" in answer.text:
        raise SystemExit(f"The page is not complete (status {answer.status_code}).")
    entries = Entry.objects.filter(reference=answer.headers["X-Reference"], action="call.answered")
    latencies = [float(one.latency_ms or 0) for one in entries]
    return took, max(latencies), len(latencies)


def one_by_one() -> float:
    """The page's calls sent one after the other, without the page around them."""
    from apps.audit.actor import system_actor
    from apps.customers.panels.calls import calls_for
    from apps.customers.panels.header import HEAD
    from apps.customers.panels.registry import Asked
    from apps.customers.panels.tabs import OVERVIEW
    from apps.staff.connection import client_for

    names = [name for panel in (HEAD, *OVERVIEW) for name in (*panel.needs, *panel.wants)]
    asked = Asked(CUSTOMER, None, handle="mobile=915550000001")  # type: ignore[arg-type]
    client = client_for(system_actor("Measurement"))
    began = time.perf_counter()
    for call in calls_for(names, asked).values():
        client.send(call)
    return (time.perf_counter() - began) * 1000


def report(rounds: list[tuple[float, float, int]], in_turn: list[float], latency_ms: int) -> int:
    """Print the medians; 1 when the page takes longer over its slowest call than the goal."""
    page = statistics.median(took for took, _slowest, _calls in rounds)
    slowest = statistics.median(slowest for _took, slowest, _calls in rounds)
    over = statistics.median(took - slow for took, slow, _calls in rounds)
    turn = statistics.median(in_turn)
    print(f"outside latency per call      {latency_ms} ms, {rounds[-1][2]} calls at once")
    print(f"slowest outside call          {slowest:7.1f} ms")
    print(f"customer page, complete       {page:7.1f} ms")
    print(f"page over its slowest call    {over:7.1f} ms   goal ≤ {GOAL_MS:.0f} ms")
    print(f"the same calls one by one     {turn:7.1f} ms   {turn / page:.1f} × the page")
    return 0 if over <= GOAL_MS else 1


if __name__ == "__main__":
    sys.exit(main())
