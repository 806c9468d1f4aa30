"""Many goodwill requests at once, spread over a year, three stores and all states, as measurements need them."""

import argparse
import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

BATCH = 2_000
CUSTOMERS = 50_000
YEAR_MINUTES = 365 * 24 * 60
# A full page for each of three stores, however few requests there are.
FEWEST_WAITING = 165
WAITING_SHARE = 0.05
ENDED = ("done", "done", "done", "done", "approved", "rejected", "withdrawn")


def main() -> None:
    """Fill the database the environment names."""
    import django

    django.setup()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, required=True)
    fill(parser.parse_args().count)


def fill(count: int) -> None:
    """So many requests with what they took of the budgets; the same for the same count."""
    from django.utils import timezone

    from apps.goodwill.models import GoodwillRequest, Reason, Taking
    from apps.staff.models import Store, User

    dice, now = random.Random(7), timezone.now()
    reasons = list(Reason.objects.all())
    stores = list(Store.objects.order_by("code")[:3])
    asker = User.objects.get(email="asha.verma@example.com")
    waiting = min(count, max(FEWEST_WAITING, int(count * WAITING_SHARE)))
    for start in range(0, count, BATCH):
        made = [
            one_request(dice, now, number, number < waiting, stores[number % 3], asker, dice.choice(reasons))
            for number in range(start, min(start + BATCH, count))
        ]
        rows = GoodwillRequest.objects.bulk_create(made)
        Taking.objects.bulk_create(
            Taking(
                request=row,
                account=Taking.Account.STORE,
                store=row.store,
                kind=row.kind,
                amount=row.approved_amount,
                at=row.asked_at,
            )
            for row in rows
            if row.approved_amount is not None
        )


def one_request(
    dice: random.Random, now: datetime, number: int, waits: bool, store: Any, asker: Any, reason: Any
) -> Any:
    """One request; waiting ones are of the last hours, the others of the last year."""
    from apps.goodwill.models import GoodwillRequest

    minutes = dice.randrange(600) if waits else dice.randrange(YEAR_MINUTES)
    asked_at = now - timedelta(minutes=minutes)
    kind = "coupon" if dice.random() < 0.2 else "points"
    amount = Decimal(1) if kind == "coupon" else Decimal(dice.randrange(50, 1500, 50))
    state = "waiting" if waits else dice.choice(ENDED)
    rule = dice.choice(("over_request", "over_day", "fraud", "budget"))
    row = GoodwillRequest(
        tag=f"LC#{number:010d}",
        customer_id=500_000_000 + dice.randrange(CUSTOMERS),
        customer_mask=f"•••••• {number % 10_000:04d}",
        kind=kind,
        amount=amount,
        approved_amount=amount if state in {"done", "approved"} else None,
        reason=reason,
        reason_words=reason.title,
        store=store,
        requester=asker,
        requester_name=asker.name,
        state=state,
        outside_id=str(10_000_000 + number),
        why=[{"rule": rule, "words": "Over the requester's own limit of 300 for one request."}],
        snapshot={"facts": {"status": "PENDING", "balance": "4820", "tier": "Gold"}},
        asked_at=asked_at,
        due_at=asked_at + timedelta(hours=4),
        decided_at=None if waits else asked_at + timedelta(hours=1),
    )
    row.customer_name = f"Customer {number}"
    return row


if __name__ == "__main__":
    main()
