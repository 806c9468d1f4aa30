"""Tills that ask on their own: pending requests the console has not made."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from apps.sandbox.catalogue import COUPON_SERIES, STORE_BY_TILL
from apps.sandbox.goodwill.asking import KINDS, check_series
from apps.sandbox.models import Customer, Enrolment, GoodwillRequest
from apps.sandbox.seeding.names import REASONS

MOST = 100_000
_BATCH = 2000
_AMOUNTS = (50, 100, 150, 250, 400, 750)


class BadOrder(ValueError):
    """The order cannot be carried out; the message says why."""


@dataclass(frozen=True)
class Order:
    """count requests of these tills for these customers (both empty: any).

    base_type empty: a tenth of them are coupons. points, series_id: None for any.
    spread_hours: how far back the oldest was asked for; nought for now.
    """

    count: int
    tills: tuple[str, ...] = ()
    customers: tuple[int, ...] = ()
    base_type: str = ""
    points: Decimal | None = None
    series_id: int | None = None
    spread_hours: int = 0


def make(order: Order, chance: random.Random, told: Callable[[int], None] = lambda done: None) -> list[int]:
    """Write the requests, oldest first, and give their ids. Raises BadOrder."""
    people, tills = _people(order), order.tills or tuple(STORE_BY_TILL)
    if unknown := [till for till in tills if till not in STORE_BY_TILL]:
        raise BadOrder(f"{unknown[0]} is not a till of the sandbox.")
    if order.series_id is not None:
        check_series(order.series_id)
    ids: list[int] = []
    now = timezone.now()
    with transaction.atomic():
        for start in range(0, order.count, _BATCH):
            numbers = range(start, min(start + _BATCH, order.count))
            made = [_request(order, chance, people, tills, _moment(order, number, now)) for number in numbers]
            ids += [row.id for row in GoodwillRequest.objects.bulk_create(made)]
            told(len(ids))
    return ids


def _people(order: Order) -> list[tuple[int, int]]:
    """Customer and programme of everybody goodwill can be asked for, in a steady order."""
    if not 0 < order.count <= MOST:
        raise BadOrder(f"The number of requests is from 1 to {MOST}.")
    if order.base_type and order.base_type not in KINDS:
        raise BadOrder("base_type is POINTS or COUPON.")
    joined = Enrolment.objects.filter(customer__merged_into=None).order_by("customer_id", "-programme_id")
    if order.customers:
        joined = joined.filter(customer__in=order.customers)
    people = dict(joined.values_list("customer_id", "programme_id"))
    if missing := set(order.customers) - set(people):
        known = Customer.objects.filter(id=min(missing)).exists()
        why = "is merged, or in no programme" if known else "is unknown"
        raise BadOrder(f"Customer {min(missing)} {why}.")
    if not people:
        raise BadOrder("There is nobody to ask for; seed first.")
    return list(people.items())


def _moment(order: Order, number: int, now: datetime) -> datetime:
    return now - timedelta(hours=order.spread_hours) * (order.count - 1 - number) / order.count


def _request(
    order: Order,
    chance: random.Random,
    people: Sequence[tuple[int, int]],
    tills: Sequence[str],
    at: datetime,
) -> GoodwillRequest:
    customer_id, programme_id = chance.choice(people)
    kind = KINDS.get(order.base_type) or ("COUPON" if chance.random() < 0.1 else "POINTS")
    reason = chance.choice(REASONS)
    points = order.points or Decimal(chance.choice(_AMOUNTS))
    series_id = order.series_id or chance.choice(_series())
    # No read call tells what was asked for: a till that wants to be understood writes it into its comments.
    wanted = f"{points.normalize():f} points" if kind == "POINTS" else f"Voucher of series {series_id}"
    return GoodwillRequest(
        customer_id=customer_id,
        programme_id=programme_id,
        type=kind,
        points=points if kind == "POINTS" else Decimal(0),
        series_id=series_id if kind == "COUPON" else None,
        reason=reason,
        comments=f"{wanted}: {reason.lower()}.",
        added_at=at,
        added_by=chance.choice(tills),
        updated_at=at,
    )


def _series() -> list[int]:
    today = timezone.localdate()
    return [series.id for series in COUPON_SERIES if series.goodwill and series.valid_till >= today]
