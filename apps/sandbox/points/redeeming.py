"""Redeeming points: everything is looked at and written under one lock, so that no balance is ever overdrawn."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from apps.sandbox.api.errors import Refusal
from apps.sandbox.catalogue import Store
from apps.sandbox.control.switches import Switches
from apps.sandbox.models import Customer, LedgerEntry, OneTimeCode, Redemption
from apps.sandbox.points.codes import check_code
from apps.sandbox.points.rules import Offer, offer
from apps.sandbox.short_codes import short_code

Mode = Redemption.Mode
_LONGEST_NUMBER = 40
# A till's clock may run ahead of this one.
_FAST_CLOCK = timedelta(minutes=5)


@dataclass(frozen=True)
class Purchase:
    """Points somebody at a till wants to take from a customer; at None for now.

    mode says how the customer agrees; for CODE the code is looked at.
    """

    customer: Customer
    points: Decimal
    store: Store
    programme_id: int | None = None
    across: bool = False
    mode: str = Mode.CODE
    code: str = ""
    at: datetime | None = None
    transaction_number: str = ""
    external_reference: str = ""
    notes: str = ""
    purpose: str = ""


@dataclass(frozen=True)
class Redeemed:
    """What was booked, and what is left of the programmes it may come from."""

    row: Redemption
    offer: Offer
    balance: Decimal


def redeem(purchase: Purchase, chosen: Switches) -> Redeemed:
    """Take the points.

    Raises the Refusals of rules.offer (818 for more than there is), 822, 823, 824, 808 (agreement), 859 (time),
    811 (bill number too long), 817 (reference used before, only while references must be unique).
    """
    with transaction.atomic():
        # Every transaction here takes SQLite's one write lock at its start: what is read stays true until the end.
        try:
            outcome: Redeemed | Refusal = _redeemed(purchase, chosen)
        except Refusal as error:
            # Raised when the transaction is closed: before the last check only wrong codes are counted, and stay.
            outcome = error
    if isinstance(outcome, Refusal):
        raise outcome
    if chosen.redeem == "not_booked":
        Redemption.objects.filter(id=outcome.row.id).delete()
    return outcome


def _redeemed(purchase: Purchase, chosen: Switches) -> Redeemed:
    now = timezone.now()
    _check_papers(purchase, chosen, now)
    found = offer(
        purchase.customer, purchase.points, purchase.programme_id, across=purchase.across, short=818
    )
    code = _agreed(purchase, chosen)
    if code is not None:
        code.used_at = now
        code.save()
    row = _book(purchase, found, code.code if code else "", now)
    return Redeemed(row, found, found.available - found.points)


def _check_papers(purchase: Purchase, chosen: Switches, now: datetime) -> None:
    if purchase.at is not None and not purchase.customer.registered_at <= purchase.at <= now + _FAST_CLOCK:
        raise Refusal(859)
    if len(purchase.transaction_number) > _LONGEST_NUMBER:
        raise Refusal(811)
    reference = purchase.external_reference
    known = Redemption.objects.filter(external_reference=reference)
    if chosen.unique_refs == "on" and reference and known.exists():
        raise Refusal(817, "The external reference number was used before")


def _agreed(purchase: Purchase, chosen: Switches) -> OneTimeCode | None:
    """The code that buys this, None where another way was agreed on."""
    if purchase.mode == Mode.MISSED_CALL and chosen.missed_call != "made":
        raise Refusal(822 if chosen.missed_call == "none" else 823)
    if purchase.mode == Mode.SKIPPED and chosen.skip_validation == "refused":
        raise Refusal(824)
    if purchase.mode != Mode.CODE:
        return None
    if not purchase.code:
        raise Refusal(824)
    return check_code(purchase.customer, purchase.code, chosen)


def _book(purchase: Purchase, found: Offer, code: str, now: datetime) -> Redemption:
    row = Redemption.objects.create(
        customer=purchase.customer,
        code=secrets.token_hex(6),
        programme_id=found.programme_id,
        points=found.points,
        at=purchase.at or now,
        store_code=purchase.store.code,
        transaction_number=purchase.transaction_number,
        external_reference=purchase.external_reference,
        validation_code=code,
        notes=purchase.notes,
        purpose=purchase.purpose,
        mode=purchase.mode,
        booked_at=now,
    )
    row.code = short_code(row.id)
    row.save()
    for part in found.parts:
        LedgerEntry.objects.create(
            customer=purchase.customer,
            programme_id=part.programme_id,
            kind=LedgerEntry.Kind.REDEEMED,
            points=-part.points,
            # When it came in, whatever time it is said to have been: a ledger is not rewritten backwards.
            at=now,
            redemption=row,
            store_code=purchase.store.code,
        )
    return row
