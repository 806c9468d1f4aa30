"""Bills, redemptions, reversals, returns, tiers: what a customer did, programme by programme."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from apps.sandbox.api.dates import INDIA
from apps.sandbox.catalogue import PROGRAMME_BY_ID, STORE_BY_CODE, STORES, Programme
from apps.sandbox.models import Customer, Enrolment, Redemption, Reversal, SlabChange, Transaction
from apps.sandbox.seeding.batch import Batch
from apps.sandbox.seeding.clock import Clock
from apps.sandbox.seeding.ledger import Kind, LedgerBuilder
from apps.sandbox.seeding.names import ITEMS
from apps.sandbox.seeding.sketch import Sketch
from apps.sandbox.short_codes import short_code


class History:
    """Writes one customer's life in one programme into a batch."""

    def __init__(
        self, batch: Batch, customer: Customer, sketch: Sketch, clock: Clock, chance: random.Random
    ) -> None:
        self.batch, self.customer, self.sketch, self.clock, self.chance = (
            batch,
            customer,
            sketch,
            clock,
            chance,
        )

    def add(self, programme_id: int, bills: int) -> LedgerBuilder:
        """Bills with everything that follows from them; the ledger is handed back for goodwill."""
        programme = PROGRAMME_BY_ID[programme_id]
        ledger = LedgerBuilder(self.batch, self.customer, programme_id, self.sketch.store_code)
        purchases, tier = Decimal(0), 1
        last_day = self.sketch.days_known // 2 + 560 if self.sketch.lapsed else 2
        days = sorted(
            (self.chance.randint(last_day, max(self.sketch.days_known, last_day)) for _ in range(bills)),
            reverse=True,
        )
        for index, day in enumerate(days):
            at = self.clock.shop_hour(self.chance, day)
            ledger.expire_until(at)
            bill = self._bill(programme, at)
            purchases += bill.amount
            tier = self._climb(programme, purchases, tier, at)
            self._points(programme, ledger, bill, last=index == len(days) - 1)
            if day > 14:
                purchases -= self._return(ledger, bill)
                self._redeem(ledger, programme_id, bill, first=index == 0)
                self._adjust(ledger, bill)
        ledger.expire_until(self.clock.ago(0))
        self._enrol(programme, tier, purchases)
        self.customer.lifetime_purchases += purchases
        return ledger

    def _bill(self, programme: Programme, at: datetime) -> Transaction:
        lines, gross = [], Decimal(0)
        for code, description in self.chance.sample(ITEMS, self.chance.randint(1, 3)):
            amount = Decimal(
                self.chance.randrange(self.sketch.average_bill // 5, self.sketch.average_bill)
            ) + Decimal("0.50")
            lines.append({"item_code": code, "description": description, "qty": 1, "amount": str(amount)})
            gross += amount
        discount = (gross / 10).quantize(Decimal("0.01")) if self.chance.random() < 0.2 else Decimal(0)
        store = (
            STORE_BY_CODE[self.sketch.store_code]
            if self.chance.random() < 0.7
            else self.chance.choice(STORES)
        )
        bill = self.batch.add(
            Transaction,
            customer=self.customer,
            number="",
            amount=gross - discount,
            gross_amount=gross,
            discount=discount,
            billed_at=at,
            store_code=store.code,
            programme_id=programme.id,
            lines=lines,
        )
        bill.number = f"B{bill.id}"
        return bill

    def _points(self, programme: Programme, ledger: LedgerBuilder, bill: Transaction, *, last: bool) -> None:
        points = (bill.amount * programme.points_per_hundred / 100).quantize(Decimal("0.001"))
        if last and self.chance.random() < 0.3:
            ledger.promise(points, bill.billed_at, transaction=bill)
        else:
            ledger.credit(Kind.EARNED, points, bill.billed_at, transaction=bill)

    def _return(self, ledger: LedgerBuilder, bill: Transaction) -> Decimal:
        if self.chance.random() > 0.06:
            return Decimal(0)
        at = bill.billed_at + timedelta(days=3)
        ledger.expire_until(at)
        points = min(ledger.available, (bill.amount / 50).quantize(Decimal("0.001")))
        back = self.batch.add(
            Transaction,
            customer=self.customer,
            number=f"R{bill.id}",
            type="RETURN",
            amount=bill.amount,
            gross_amount=bill.gross_amount,
            discount=bill.discount,
            billed_at=at,
            store_code=bill.store_code,
            programme_id=bill.programme_id,
            lines=bill.lines,
        )
        if points > 0:
            ledger.debit(Kind.RETURNED, points, at, transaction=bill)
        return back.amount

    def _redeem(self, ledger: LedgerBuilder, programme_id: int, bill: Transaction, *, first: bool) -> None:
        at = bill.billed_at + timedelta(days=4, hours=1)
        ledger.expire_until(at)
        points = (ledger.available * Decimal(self.chance.choice(("0.3", "0.5", "0.8")))).quantize(Decimal(1))
        named = first and bool(self.sketch.reference)
        if not self.sketch.redeems or points < 10 or not (named or self.chance.random() < 0.3):
            return
        redemption = self.batch.add(
            Redemption,
            customer=self.customer,
            code="",
            programme_id=programme_id,
            points=points,
            at=at,
            store_code=bill.store_code,
            transaction_number=bill.number,
            external_reference=self.sketch.reference if named else "",
            validation_code=f"{self.chance.randrange(100000, 999999)}",
            notes="Paid with points",
        )
        redemption.code = short_code(redemption.id)
        ledger.debit(Kind.REDEEMED, points, at, redemption=redemption)
        parts = 2 if named else self.chance.choices((0, 1, 2), (70, 22, 8))[0]
        for number in range(parts):
            self._reverse(
                ledger, redemption, (points / 4).quantize(Decimal(1)), at + timedelta(days=1 + number)
            )

    def _reverse(self, ledger: LedgerBuilder, redemption: Redemption, points: Decimal, at: datetime) -> None:
        if points <= 0 or not ledger.may_return(points, at):
            return
        till = STORE_BY_CODE[redemption.store_code].till
        reversal = self.batch.add(
            Reversal, redemption=redemption, code="", points=points, at=at, till_id=till.id
        )
        reversal.code = short_code(reversal.id)
        ledger.debit(Kind.REVERSED, -points, at, redemption=redemption, reversal=reversal)

    def _adjust(self, ledger: LedgerBuilder, bill: Transaction) -> None:
        points, at = Decimal(self.chance.choice((25, 40))), bill.billed_at + timedelta(days=10)
        if self.chance.random() > 0.04:
            return
        ledger.expire_until(at)
        if self.chance.random() < 0.5:
            ledger.credit(Kind.ADJUSTED, points, at, note="Corrected by hand")
        elif ledger.available >= points:
            ledger.debit(Kind.ADJUSTED, points, at, note="Corrected by hand")

    def _climb(self, programme: Programme, purchases: Decimal, tier: int, at: datetime) -> int:
        while tier < len(programme.tiers) and purchases >= programme.thresholds[tier]:
            self.batch.add(
                SlabChange,
                customer=self.customer,
                programme_id=programme.id,
                from_slab=programme.tiers[tier - 1],
                to_slab=programme.tiers[tier],
                at=at,
            )
            tier += 1
        return tier

    def _enrol(self, programme: Programme, tier: int, purchases: Decimal) -> None:
        ends = datetime(self.clock.today.year + 1, 12, 31, 23, 59, 59, tzinfo=INDIA)
        self.batch.add(
            Enrolment,
            customer=self.customer,
            programme_id=programme.id,
            slab_number=tier,
            slab_expires_at=ends,
            purchases=purchases,
        )
