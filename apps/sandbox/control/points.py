"""Points from elsewhere: tills that redeem and reverse on their own, and points given."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from apps.sandbox.api.dates import INDIA
from apps.sandbox.api.errors import Refusal
from apps.sandbox.catalogue import POINTS_DAYS, STORE_BY_TILL, STORES, Store
from apps.sandbox.control import switches
from apps.sandbox.control.switches import Switches
from apps.sandbox.models import Customer, LedgerEntry, Redemption, Reversal
from apps.sandbox.points.redeeming import Mode, Purchase, redeem
from apps.sandbox.points.reversing import GiveBack, reverse
from apps.sandbox.points.rules import points_of, programme_of


def redeem_elsewhere(form: Mapping[str, Any]) -> Redemption:
    """A till takes points under the rules of the programme; how its customer agreed is its own business.

    What is switched for the console does not touch it. Raises Refusal.
    """
    purchase = Purchase(
        customer=_customer(form),
        points=points_of(str(form.get("points") or "")),
        store=_store(form),
        programme_id=programme_of(str(form.get("programme_id") or "")),
        across=bool(form.get("across")),
        mode=Mode.ELSEWHERE,
        transaction_number=str(form.get("transaction_number") or ""),
        external_reference=str(form.get("external_reference_number") or ""),
        notes=str(form.get("notes") or ""),
    )
    return redeem(purchase, Switches()).row


def reverse_elsewhere(form: Mapping[str, Any]) -> Reversal:
    """A till gives points back; of the switches only expired_part holds for it. Raises Refusal."""
    points = str(form.get("points") or "")
    wish = GiveBack(
        redemption_id=str(form.get("redemption") or ""),
        store=_store(form),
        points=points_of(points) if points else None,
    )
    return reverse(wish, Switches(expired_part=switches.current().expired_part)).row


def credit(form: Mapping[str, Any]) -> dict[str, Any]:
    """Add points to a customer's programme, the one joined first unless one is named. Raises Refusal."""
    customer, points = _customer(form), points_of(str(form.get("points") or ""))
    joined = list(customer.enrolments.order_by("programme_id").values_list("programme_id", flat=True))
    programme_id = programme_of(str(form.get("programme_id") or "")) or (joined[0] if joined else 0)
    if programme_id not in joined:
        raise Refusal(881)
    now = timezone.now()
    try:
        ends = date.fromisoformat(str(form.get("expires_on") or ""))
    except ValueError:
        ends = now.astimezone(INDIA).date() + timedelta(days=POINTS_DAYS)
    LedgerEntry.objects.create(
        customer=customer,
        programme_id=programme_id,
        kind=LedgerEntry.Kind.ADJUSTED,
        points=points,
        at=now,
        expires_on=ends,
        note="Given through the control page",
        store_code=STORES[0].code,
    )
    return {"points": points, "programme_id": programme_id, "expires_on": ends.isoformat()}


def _customer(form: Mapping[str, Any]) -> Customer:
    number = str(form.get("customer_id") or "")
    customer = Customer.objects.filter(id=int(number)).first() if number.isdigit() else None
    if customer is None:
        raise Refusal(816)
    return customer


def _store(form: Mapping[str, Any]) -> Store:
    till = str(form.get("till") or STORES[0].till.code)
    if till not in STORE_BY_TILL:
        raise Refusal(91021)
    return STORE_BY_TILL[till]
