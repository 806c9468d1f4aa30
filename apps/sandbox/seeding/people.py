"""From a sketch to the rows that say who somebody is."""

import random
from datetime import datetime, timedelta
from typing import Any

from apps.sandbox.api.identifiers import key_of
from apps.sandbox.catalogue import STORE_BY_CODE
from apps.sandbox.models import Card, Customer, Identifier, Profile, StatusChange
from apps.sandbox.seeding.batch import Batch
from apps.sandbox.seeding.clock import Clock
from apps.sandbox.seeding.sketch import Place, Sketch

_ACTIVE_STATUS = "ACTIVE"


def add_person(batch: Batch, sketch: Sketch, clock: Clock, chance: random.Random) -> Customer:
    """Customer, profiles, identifiers, cards and status steps."""
    registered = clock.shop_hour(chance, sketch.days_known)
    updated = registered + timedelta(days=min(sketch.days_known - 1, 30))
    customer = batch.add(
        Customer,
        id=sketch.id,
        gender=sketch.gender,
        city=sketch.city,
        loyalty_type=sketch.loyalty_type,
        status=sketch.steps[-1].status if sketch.steps else _ACTIVE_STATUS,
        fraud_status=sketch.fraud_status,
        fraud_at=clock.ago(40) if sketch.fraud_status != "NOT_FRAUD" else None,
        merged_into_id=sketch.merged_into,
        registered_at=registered,
        updated_at=updated,
        store_code=sketch.store_code,
        referral_code=f"FR{sketch.id % 10_000_000:07d}",
        extended_fields=_extended(sketch),
        subscriptions=_subscriptions(sketch, chance),
    )
    profiles = {place: _profile(batch, sketch, place, registered, updated) for place in sketch.places}
    for known in sketch.identifiers():
        batch.add(
            Identifier,
            profile=profiles[Place(known.source, known.account_id)],
            customer=customer,
            source=known.source,
            account_id=known.account_id,
            kind=known.kind,
            value=known.value,
            key=key_of(known.kind, known.value),
            primary=known.kind == "mobile",
            verified=known.kind == "mobile" and chance.random() < 0.8,
        )
    for card in sketch.cards:
        batch.add(Card, customer=customer, issued_at=registered, **card._asdict())
    _add_steps(batch, sketch, customer, registered, clock)
    return customer


def _profile(batch: Batch, sketch: Sketch, place: Place, created: datetime, updated: datetime) -> Profile:
    return batch.add(
        Profile,
        customer_id=sketch.id,
        source=place.source,
        account_id=place.account_id,
        first_name=sketch.first,
        last_name=sketch.last,
        first_key=sketch.first.casefold(),
        last_key=sketch.last.casefold(),
        fields={"Favorite Color": "indigo", "Gender": sketch.gender} if place.source == "WECHAT" else {},
        created_at=created,
        updated_at=updated,
        till_code=STORE_BY_CODE[sketch.store_code].till.code,
    )


def _add_steps(batch: Batch, sketch: Sketch, customer: Customer, registered: datetime, clock: Clock) -> None:
    batch.add(StatusChange, customer=customer, status=_ACTIVE_STATUS, label="Active", at=registered)
    for step in sketch.steps:
        at = clock.ago(step.days_ago)
        batch.add(
            StatusChange, customer=customer, status=step.status, label=step.label, reason=step.reason, at=at
        )


def _extended(sketch: Sketch) -> dict[str, Any]:
    shown = {"city": sketch.city, "gender": sketch.gender}
    return {**{name: value for name, value in shown.items() if value}, **sketch.extended}


def _subscriptions(sketch: Sketch, chance: random.Random) -> list[dict[str, str]]:
    channels = [name for name, value in (("SMS", sketch.mobile), ("EMAIL", sketch.email)) if value]
    return [
        {"channel": channel, "priority": priority, "type": "OPTIN" if chance.random() < 0.8 else "OPTOUT"}
        for channel in channels
        for priority in ("TRANS", "BULK")
    ]
