"""Coupons and notes of one customer."""

import random
from datetime import timedelta

from apps.sandbox.catalogue import COUPON_DAYS, COUPON_SERIES, STORE_BY_CODE
from apps.sandbox.models import Coupon, CouponUse, Customer, Note
from apps.sandbox.seeding.batch import Batch
from apps.sandbox.seeding.clock import Clock
from apps.sandbox.seeding.sketch import Sketch

# Goodwill vouchers beyond these come from requests alone.
_USUAL_SERIES = COUPON_SERIES[:4]


def add_coupons(
    batch: Batch, customer: Customer, sketch: Sketch, clock: Clock, chance: random.Random
) -> None:
    """Some alive, some used, some past their day."""
    for _ in range(sketch.coupons):
        created = clock.shop_hour(chance, chance.randint(2, min(sketch.days_known, 200)))
        coupon = batch.add(
            Coupon,
            customer=customer,
            series_id=chance.choice(_USUAL_SERIES).id,
            code="",
            created_at=created,
            valid_till=created + timedelta(days=COUPON_DAYS),
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
