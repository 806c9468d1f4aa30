"""Referrals of one customer: codes, invented invitees of the crowd, and hand-made ones."""

import random
from datetime import timedelta

from apps.sandbox.api.dates import day_end
from apps.sandbox.api.identifiers import key_of
from apps.sandbox.catalogue import COUPON_DAYS, STORE_BY_CODE
from apps.sandbox.models import Coupon, Customer, Referral, ReferralCode
from apps.sandbox.referrals.campaigns import CAMPAIGN_BY_TOKEN
from apps.sandbox.seeding.batch import Batch
from apps.sandbox.seeding.clock import Clock
from apps.sandbox.seeding.names import name_of
from apps.sandbox.seeding.sketch import Friend, Sketch


def add_codes(batch: Batch, customer: Customer, sketch: Sketch) -> None:
    """Codes in campaigns beside the default one."""
    for token, code in sketch.codes:
        batch.add(ReferralCode, customer=customer, campaign_token=token, code=code)


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
        identifier = f"91559{number % 10_000_000:07d}" if by_mobile else f"friend{number}@example.com"
        batch.add(
            Referral,
            referrer=customer,
            referee_id=referee,
            type="MOBILE" if by_mobile else "EMAIL",
            identifier=identifier,
            key=identifier,
            name=f"{first} {last}",
            invited_at=invited,
            joined_at=invited + timedelta(days=2) if referee else None,
            till_code=till,
        )


def add_friends(batch: Batch, customer: Customer, sketch: Sketch, clock: Clock) -> None:
    """The hand-made ones, with the coupons of those whose coming was rewarded."""
    till = STORE_BY_CODE[sketch.store_code].till.code
    for friend in sketch.friends:
        kind = "email" if "@" in friend.identifier else "mobile"
        row = batch.add(
            Referral,
            referrer=customer,
            referee_id=friend.came or None,
            campaign_token=friend.campaign,
            type=kind.upper(),
            identifier=friend.identifier,
            key=key_of(kind, friend.identifier),
            name=friend.name,
            invited_at=clock.ago(friend.days_ago),
            joined_at=clock.ago(friend.joined) if friend.joined else None,
            bought_at=clock.ago(friend.bought) if friend.bought else None,
            rewarded_at=clock.ago(friend.rewarded) if friend.rewarded else None,
            till_code=till,
            hidden=friend.hidden,
        )
        if friend.rewarded:
            campaign = CAMPAIGN_BY_TOKEN[friend.campaign]
            row.referrer_coupon = _coupon(batch, customer.id, campaign.referrer_series, sketch, friend, clock)
            row.referee_coupon = _coupon(batch, friend.came, campaign.referee_series, sketch, friend, clock)


def _coupon(
    batch: Batch, customer_id: int, series_id: int, sketch: Sketch, friend: Friend, clock: Clock
) -> Coupon:
    at = clock.ago(friend.rewarded)
    coupon = batch.add(
        Coupon,
        customer_id=customer_id,
        series_id=series_id,
        code="",
        created_at=at,
        valid_till=day_end(at.date() + timedelta(days=COUPON_DAYS)),
        store_code=sketch.store_code,
    )
    coupon.code = f"RF{coupon.id}"
    return coupon
