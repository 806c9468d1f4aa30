"""Invitations that tills elsewhere made: any number, at any pace, with people who have come any distance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from apps.sandbox.api.errors import Refusal
from apps.sandbox.catalogue import STORE_BY_TILL, STORES
from apps.sandbox.models import Customer, Referral
from apps.sandbox.referrals.campaigns import DEFAULT_CAMPAIGN, campaign_named
from apps.sandbox.referrals.growing import STAGES, advance, came_elsewhere
from apps.sandbox.referrals.inviting import Wish, key_of_wish

MOST = 20_000
_T = TypeVar("_T")
# The share of the time since the invitation after which each step was taken.
_PACE = {"joined": 3, "bought": 6, "rewarded": 9}


class BadOrder(ValueError):
    """The order cannot be carried out; the message says why."""


@dataclass(frozen=True)
class Order:
    """count invitations, handed out in turns: the n-th goes to the n-th customer, till, identifier and stage.

    Lists shorter than count start again. identifiers empty: new ones, every third an e-mail address.
    spread_hours: how far back the first was made; nought for all of them now.
    """

    customers: tuple[int, ...]
    count: int = 1
    tills: tuple[str, ...] = ()
    campaign: str = ""
    identifiers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    stages: tuple[str, ...] = ("invited",)
    spread_hours: int = 0
    hidden: bool = False


def make(order: Order) -> list[int]:
    """Write the invitations and let their people come as far as asked; ids in order, oldest first.

    Nothing is checked as for a caller: a till elsewhere may have invited twice, or somebody known.
    Raises BadOrder.
    """
    _check(order)
    token = _campaign(order.campaign)
    with transaction.atomic():
        # Numbers never given out twice, so that the invented identifiers are new.
        following = (Referral.objects.aggregate(last=Max("id"))["last"] or 0) + 1
        now = timezone.now()
        rows = [_row(order, token, n, following + n, now) for n in range(order.count)]
        for stage, some in _by_stage(order, rows).items():
            advance(some, stage, lambda row, step: _moment(row, step, now))
        # Last, and once: changing thousands of stored rows takes longer than writing them.
        Referral.objects.bulk_create(rows, batch_size=1000)
    return [row.id for row in rows]


def _check(order: Order) -> None:
    if not 0 < order.count <= MOST:
        raise BadOrder(f"The number of invitations is from 1 to {MOST}.")
    if not order.customers:
        raise BadOrder("Name the customers who invite.")
    known = Customer.objects.filter(id__in=order.customers, merged_into=None)
    if missing := set(order.customers) - set(known.values_list("id", flat=True)):
        raise BadOrder(f"Customer {min(missing)} is unknown or merged.")
    if unknown := [till for till in order.tills if till not in STORE_BY_TILL]:
        raise BadOrder(f"{unknown[0]} is not a till of the sandbox.")
    if not order.stages or set(order.stages) - set(STAGES):
        raise BadOrder(f"A stage is one of {', '.join(STAGES)}.")


def _campaign(token: str) -> str:
    try:
        return campaign_named(token).token if token else DEFAULT_CAMPAIGN.token
    except Refusal as error:
        raise BadOrder(error.message) from error


def _by_stage(order: Order, rows: Sequence[Referral]) -> dict[str, list[Referral]]:
    """Who comes how far; of several invitations of one person only the first one counts as what brought them."""
    by_stage: dict[str, list[Referral]] = {stage: [] for stage in STAGES[1:]}
    came = came_elsewhere(rows)
    for n, row in enumerate(rows):
        stage = order.stages[n % len(order.stages)]
        if stage in by_stage and row.key not in came:
            came.add(row.key)
            by_stage[stage].append(row)
    return by_stage


def _row(order: Order, token: str, n: int, number: int, now: datetime) -> Referral:
    by_email = n % 3 == 2
    new = f"guest{number}@example.com" if by_email else f"91558{number % 10_000_000:07d}"
    identifier = _turn(order.identifiers, n) or new
    type_ = "EMAIL" if "@" in identifier else "MOBILE"
    key = key_of_wish(Wish(type_, identifier))
    if not key:
        raise BadOrder(f"{identifier} is neither a mobile number nor an e-mail address.")
    return Referral(
        id=number,
        referrer_id=order.customers[n % len(order.customers)],
        campaign_token=token,
        type=type_,
        identifier=key if type_ == "MOBILE" else identifier,
        key=key,
        name=_turn(order.names, n) or f"Guest {number}",
        invited_at=now - timedelta(hours=order.spread_hours) * (order.count - n) / order.count,
        till_code=_turn(order.tills, n) or STORES[0].till.code,
        hidden=order.hidden,
    )


def _turn(values: Sequence[_T], n: int) -> _T | None:
    return values[n % len(values)] if values else None


def _moment(row: Referral, step: str, now: datetime) -> datetime:
    return row.invited_at + (now - row.invited_at) * _PACE[step] / 10
