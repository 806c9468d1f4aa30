"""Coupons, notes, referrals and goodwill requests of one customer."""

import random
from datetime import timedelta
from decimal import Decimal

from apps.sandbox.catalogue import COUPON_SERIES, STORE_BY_CODE
from apps.sandbox.models import Coupon, CouponUse, Customer, GoodwillRequest, Note, Referral
from apps.sandbox.seeding.batch import Batch
from apps.sandbox.seeding.clock import Clock
from apps.sandbox.seeding.ledger import Kind, LedgerBuilder
from apps.sandbox.seeding.names import REASONS, name_of
from apps.sandbox.seeding.sketch import Sketch


def add_coupons(
    batch: Batch, customer: Customer, sketch: Sketch, clock: Clock, chance: random.Random
) -> None:
    """Some alive, some used, some past their day."""
    for _ in range(sketch.coupons):
        created = clock.shop_hour(chance, chance.randint(2, min(sketch.days_known, 200)))
        coupon = batch.add(
            Coupon,
            customer=customer,
            series_id=chance.choice(COUPON_SERIES).id,
            code="",
            created_at=created,
            valid_till=created + timedelta(days=90),
            store_code=sketch.store_code,
            transaction_number=f"B{created:%y%m%d%H%M}",
        )
        coupon.code = f"MT{coupon.id}"
        used_at = created + timedelta(days=chance.randint(1, 80))
        if chance.random() < 0.4 and used_at < clock.ago(0):
            number = f"C{coupon.id}"
            batch.add(
                CouponUse, coupon=coupon, at=used_at, transaction_number=number, store_code=sketch.store_code
            )


def add_notes(batch: Batch, customer: Customer, sketch: Sketch, clock: Clock, chance: random.Random) -> None:
    """The notes of the sketch, the last one newest."""
    till = STORE_BY_CODE[sketch.store_code].till.code
    for index, text in enumerate(sketch.notes):
        at = clock.shop_hour(chance, 7 * (len(sketch.notes) - index))
        batch.add(Note, customer=customer, description=text, added_at=at, till_code=till)


def add_referrals(
    batch: Batch, customer: Customer, sketch: Sketch, clock: Clock, chance: random.Random, joined: list[int]
) -> None:
    """Invitations; the ids in joined registered."""
    till = STORE_BY_CODE[sketch.store_code].till.code
    for index in range(sketch.referrals):
        first, last = name_of(chance)
        by_mobile = chance.random() < 0.6
        invited = clock.shop_hour(chance, chance.randint(10, 120))
        referee = joined[index] if index < len(joined) else None
        # Invitees live in a block of their own, so that they are nobody's identifier.
        number = customer.id % 100_000 * 10 + index
        batch.add(
            Referral,
            referrer=customer,
            referee_id=referee,
            type="MOBILE" if by_mobile else "EMAIL",
            identifier=f"91559{number % 10_000_000:07d}" if by_mobile else f"friend{number}@example.com",
            name=f"{first} {last}",
            invited_at=invited,
            joined_at=invited + timedelta(days=2) if referee else None,
            till_code=till,
        )


def add_goodwill(
    batch: Batch,
    customer: Customer,
    sketch: Sketch,
    clock: Clock,
    chance: random.Random,
    ledger: LedgerBuilder | None,
) -> None:
    """Requests in the states named; an approved one has its points in the ledger."""
    for index, status in enumerate(sketch.goodwill):
        added = clock.shop_hour(chance, 12 - min(index, 9))
        decided = added + timedelta(hours=5)
        points = Decimal(chance.choice((100, 250, 450)))
        approved = status == "APPROVED" and ledger is not None
        request = batch.add(
            GoodwillRequest,
            customer=customer,
            status="PENDING" if status == "APPROVED" and not approved else status,
            programme_id=sketch.programmes[0] if sketch.programmes else 101,
            points=points,
            approved_value=points if approved else Decimal(0),
            reason=chance.choice(REASONS),
            updated_comments="Approved as asked" if approved else "",
            reference_id="",
            added_at=added,
            updated_at=added if status == "PENDING" else decided,
            added_by="demo.clerk",
        )
        if approved and ledger is not None:
            ledger.credit(Kind.GOODWILL, points, decided, note=f"Goodwill {request.id}")
