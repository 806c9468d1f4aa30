"""Points as v1.1 prints them: almost always as text."""

from decimal import Decimal
from typing import Any

from apps.sandbox.api.balances import Balance, Kind, balances_of, expiring_of
from apps.sandbox.api.dates import day, plain
from apps.sandbox.models import Customer


def text(value: Decimal) -> str:
    """1200 or 12.5: no exponent, no trailing zeros."""
    return f"{value.normalize():f}" if value else "0"


def headline(customer: Customer) -> tuple[Decimal, Decimal, str]:
    """(lifetime points, available points, tier) of the programme joined first."""
    balances = balances_of(customer)
    if not balances:
        return Decimal(0), Decimal(0), ""
    return balances[0].lifetime, balances[0].available, balances[0].tier


def summaries(customer: Customer) -> dict[str, Any]:
    """points_summaries: every figure as text."""
    return {"points_summary": [_summary(balance) for balance in balances_of(customer)]}


def next_slab(customer: Customer) -> dict[str, Any]:
    """The three keys of the flag next_slab; empty for somebody in no programme."""
    balances = balances_of(customer)
    if not balances:
        return {"next_slab": "", "next_slab_serial_number": "", "next_slab_description": ""}
    top = balances[0]
    return {
        "next_slab": top.next_tier,
        "next_slab_serial_number": str(top.next_tier_number),
        "next_slab_description": top.next_tier,
    }


def slab_history(customer: Customer) -> dict[str, Any]:
    """Tier changes, newest first. The reference names the block without showing it: own key names."""
    return {
        "slab": [
            {
                "program_id": str(change.programme_id),
                "from_slab": change.from_slab,
                "to_slab": change.to_slab,
                "changed_on": plain(change.at),
            }
            for change in customer.slab_changes.order_by("-at", "-id")
        ]
    }


def expiry_schedule(customer: Customer) -> dict[str, Any]:
    """Points to expire; the reference shows no sample, so the names follow its v1.1 habits."""
    return {
        "schedule": [
            {"points": text(lot.points), "expiry_date": day(lot.on), "program_id": str(lot.programme_id)}
            for lot in expiring_of(customer)
        ]
    }


def expired_points(customer: Customer) -> dict[str, Any]:
    """Points that have expired."""
    return {
        "item": [
            {
                "points": text(-entry.points),
                "expired_on": plain(entry.at),
                "program_id": str(entry.programme_id),
            }
            for entry in customer.ledger.filter(kind=Kind.EXPIRED).order_by("-at", "-id")
        ]
    }


def promotion_points(customer: Customer) -> dict[str, Any]:
    """Goodwill credits, at most a thousand."""
    return {
        "customer": [
            {
                "points": text(entry.points),
                "issued_on": plain(entry.at),
                "program_id": str(entry.programme_id),
                "promotion_name": "Goodwill",
            }
            for entry in customer.ledger.filter(kind=Kind.GOODWILL).order_by("-at", "-id")[:1000]
        ]
    }


def _summary(balance: Balance) -> dict[str, str]:
    return {
        "programId": str(balance.programme.id),
        "redeemed": text(balance.redeemed),
        "expired": text(balance.expired),
        "returned": text(balance.returned),
        "adjusted": text(balance.adjusted),
        "lifetimePoints": text(balance.lifetime),
        "loyaltyPoints": text(balance.available),
        "cumulativePurchases": text(balance.enrolment.purchases),
        "currentSlab": balance.tier,
        "nextSlab": balance.next_tier,
        "nextSlabSerialNumber": str(balance.next_tier_number),
        "nextSlabDescription": balance.next_tier,
        "slabSNo": str(balance.enrolment.slab_number),
        "slabExpiryDate": plain(balance.enrolment.slab_expires_at),
        "totalPoints": "",
    }
