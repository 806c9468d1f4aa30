"""Giving redeemed points back, wholly or in parts, and never more than was taken."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from apps.sandbox.api.dates import INDIA
from apps.sandbox.api.errors import Refusal
from apps.sandbox.catalogue import PROGRAMME_BY_ID, Store
from apps.sandbox.control.switches import Switches
from apps.sandbox.models import Customer, LedgerEntry, Redemption, Reversal
from apps.sandbox.points.rules import Part
from apps.sandbox.short_codes import short_code

Kind = LedgerEntry.Kind
ZERO = Decimal(0)


@dataclass(frozen=True)
class GiveBack:
    """points None: all that remains. customer None: nobody was named."""

    redemption_id: str
    store: Store
    points: Decimal | None = None
    customer: Customer | None = None


@dataclass(frozen=True)
class Reversed:
    """asked is what it came to: the points sent, or the rest; row.points is what was given back."""

    row: Reversal
    asked: Decimal


def find_redemption(written: str, ids: str) -> Redemption:
    """By the short id a redeem answers, or the number customer/redemptions shows (switch reversal_ids).

    Raises Refusal 902.
    """
    rows = Redemption.objects.select_related("customer")
    row = rows.filter(code=written).first() if ids != "long" else None
    # Short ids may be all digits, so they are looked for first.
    if row is None and ids != "short" and written.isascii() and written.isdigit() and len(written) <= 18:
        row = rows.filter(id=int(written)).first()
    if row is None:
        raise Refusal(902)
    return row


def reverse(wish: GiveBack, chosen: Switches) -> Reversed:
    """Give points back.

    The reference does not say what happens to a customer marked as fraud, or merged since: the points go back to
    whom they were taken from. Raises Refusal 902 (unknown), 904 (somebody else's), 3802 (nothing remains),
    901 (points not valid), 810 (more than remains).
    """
    with transaction.atomic():
        row = find_redemption(wish.redemption_id, chosen.reversal_ids)
        if wish.customer is not None and wish.customer.id not in _owners(row.customer):
            raise Refusal(904)
        remaining = remaining_of(row)
        asked = _asked(wish, row, sum((part.points for part in remaining), ZERO), chosen)
        done = _book(row, _taken(remaining, asked), wish.store, chosen)
    if chosen.reversal == "not_booked":
        Reversal.objects.filter(id=done.id).delete()
    return Reversed(done, asked)


def remaining_of(row: Redemption) -> list[Part]:
    """What was taken out of each programme and not given back yet, by programme."""
    moved = row.ledger.filter(kind__in=(Kind.REDEEMED, Kind.REVERSED)).values("programme_id")
    sums = moved.annotate(sum=Sum("points")).order_by("programme_id")
    return [Part(entry["programme_id"], -entry["sum"]) for entry in sums if entry["sum"] < 0]


def _owners(customer: Customer) -> set[int | None]:
    return {customer.id, customer.merged_into_id}


def _asked(wish: GiveBack, row: Redemption, rest: Decimal, chosen: Switches) -> Decimal:
    if rest <= 0:
        raise Refusal(3802)
    points = rest if wish.points is None else wish.points
    decimals = max(PROGRAMME_BY_ID[row.programme_id].spending.decimals, 0)
    if wish.points is not None and points != points.quantize(Decimal(1).scaleb(-decimals)):
        raise Refusal(901)
    if points > rest and chosen.over_reversal == "refused":
        raise Refusal(810, f"Only {rest} points of the redemption remain")
    return min(points, rest)


def _taken(remaining: list[Part], points: Decimal) -> list[Part]:
    """Out of the programmes in their order."""
    parts: list[Part] = []
    for part in remaining:
        if (share := min(part.points, points)) > 0:
            parts.append(Part(part.programme_id, share))
            points -= share
    return parts


def _book(row: Redemption, parts: list[Part], store: Store, chosen: Switches) -> Reversal:
    now = timezone.now()
    ended = {part.programme_id: _ended(row.customer, part, now) for part in parts}
    if chosen.expired_part == "left_out":
        parts = [Part(part.programme_id, part.points - ended.pop(part.programme_id)) for part in parts]
    points = sum((part.points for part in parts), ZERO)
    if points <= 0:
        raise Refusal(901, "The points have expired and cannot be given back")
    back = Reversal.objects.create(
        redemption=row, code=secrets.token_hex(6), points=points, at=now, till_id=store.till.id
    )
    back.code = short_code(back.id)
    back.save()
    shared: dict[str, Any] = {"customer": row.customer, "at": now, "store_code": store.code}
    for part in parts:
        booked = {**shared, "programme_id": part.programme_id, "reversal": back}
        if part.points:
            LedgerEntry.objects.create(kind=Kind.REVERSED, points=part.points, redemption=row, **booked)
        if lost := ended.get(part.programme_id):
            LedgerEntry.objects.create(kind=Kind.EXPIRED, points=-lost, **booked)
    return back


def _ended(customer: Customer, part: Part, now: datetime) -> Decimal:
    """How many of the points given back ended meanwhile: debits eat the earliest ending credits first."""
    entries = LedgerEntry.objects.filter(customer=customer, programme_id=part.programme_id)
    entries = entries.exclude(kind=Kind.PROMISED)
    past = entries.filter(expires_on__lt=now.astimezone(INDIA).date()).aggregate(sum=Sum("points"))["sum"]
    spent = entries.filter(expires_on=None).aggregate(sum=Sum("points"))["sum"]
    alive_again = (past or ZERO) + (spent or ZERO) + part.points
    return min(max(alive_again, ZERO), part.points)
