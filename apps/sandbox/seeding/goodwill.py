"""Goodwill requests of one customer: the recent ones by state, and the hand-made ones of the last year."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from apps.sandbox.api.dates import INDIA, day_end
from apps.sandbox.catalogue import COUPON_DAYS, STORE_BY_CODE
from apps.sandbox.models import Coupon, Customer, GoodwillRequest
from apps.sandbox.seeding.batch import Batch
from apps.sandbox.seeding.clock import Clock
from apps.sandbox.seeding.ledger import Kind, LedgerBuilder
from apps.sandbox.seeding.names import REASONS
from apps.sandbox.seeding.sketch import Asked, Sketch

_CLERK, _MANAGER = "demo.clerk", "demo.manager"


class Goodwill:
    """Writes one customer's requests; points of an approved one are in the ledger, its coupon is issued."""

    def __init__(
        self, batch: Batch, customer: Customer, sketch: Sketch, ledger: LedgerBuilder | None
    ) -> None:
        self._batch, self._customer, self._ledger = batch, customer, ledger
        self._programme_id = sketch.programmes[0] if sketch.programmes else 101
        self._store_code = sketch.store_code

    def add_recent(self, states: tuple[str, ...], clock: Clock, chance: random.Random) -> None:
        """Points asked for in the last days, in the states named; none is approved without a ledger."""
        for index, status in enumerate(states):
            added = clock.shop_hour(chance, 12 - min(index, 9))
            points = chance.choice((100, 250, 450))
            known = status if self._ledger or status != "APPROVED" else "PENDING"
            self._add(Asked(known, 0, points), added, chance.choice(REASONS))

    def add_asked(self, asked: tuple[Asked, ...], clock: Clock) -> None:
        """The hand-made ones, whenever they were."""
        for index, wish in enumerate(asked):
            self._add(wish, clock.ago(wish.days_ago), REASONS[index % len(REASONS)])

    def _add(self, wish: Asked, added: datetime, reason: str) -> None:
        decided_at = added + timedelta(hours=5)
        open_still, approved = wish.status == "PENDING", wish.status == "APPROVED"
        points = Decimal(wish.points)
        coupon = self._issued(wish.series_id, decided_at) if approved and wish.series_id else None
        granted = points if approved and not coupon else Decimal(0)
        request = self._batch.add(
            GoodwillRequest,
            customer=self._customer,
            type="COUPON" if wish.series_id else "POINTS",
            status=wish.status,
            programme_id=self._programme_id,
            points=points,
            approved_value=granted,
            series_id=wish.series_id,
            coupon=coupon,
            reason=reason,
            comments=wish.comments,
            updated_comments="Approved as asked" if approved else "",
            added_at=added,
            added_by=wish.till or _CLERK,
            updated_at=added if open_still else decided_at,
            updated_by="" if open_still else _MANAGER,
            credited_at=decided_at if approved else None,
        )
        if granted and self._ledger is not None:
            self._ledger.credit(Kind.GOODWILL, granted, decided_at, note=f"Goodwill {request.id}")

    def _issued(self, series_id: int, at: datetime) -> Coupon:
        coupon = self._batch.add(
            Coupon,
            customer=self._customer,
            series_id=series_id,
            code="",
            created_at=at,
            valid_till=day_end(at.astimezone(INDIA).date() + timedelta(days=COUPON_DAYS)),
            store_code=STORE_BY_CODE[self._store_code].code,
        )
        coupon.code = f"GW{coupon.id}"
        return coupon
