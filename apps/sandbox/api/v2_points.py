"""Points as v2 shows them: embeds of the customer and the rows of loyaltyDetails."""

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from apps.sandbox.api.balances import Balance, Kind, balances_of, expiring_of
from apps.sandbox.api.dates import day, day_end, iso
from apps.sandbox.catalogue import STORE_BY_CODE
from apps.sandbox.models import Customer, LedgerEntry


def points_summary(customer: Customer) -> dict[str, Any]:
    """embed=points: the programme joined first; empty for somebody in none."""
    balances = balances_of(customer)
    return {"pointsSummary": _figures(balances[0]) if balances else {}}


def subscriptions(customer: Customer) -> dict[str, Any]:
    """embed=subscriptions."""
    return {"subscriptionInfo": {"subscriptions": customer.subscriptions}}


def programmes(customer: Customer) -> dict[str, Any]:
    """embed=mlp: whole numbers where they are whole, as its sample has them."""
    rows = []
    for balance in balances_of(customer):
        row = {name: _whole(value) for name, value in _figures(balance).items()}
        rows.append({**row, "programId": balance.programme.id})
    return {"loyaltyProgramDetails": rows}


def promotional_points(customer: Customer) -> dict[str, Any]:
    """embed=promotionalPoints: the goodwill credits."""
    entries = customer.ledger.filter(kind=Kind.GOODWILL).order_by("-at")
    rows = [_promotion(entry) for entry in entries]
    return {
        "promotionalPoints": {
            "customerPromotionType": rows,
            "transactionPromotionType": [],
            "lineitemPromotionType": [],
        }
    }


def expiry_schedules(customer: Customer) -> dict[str, Any]:
    """embed=expirySchedules, in the shape of the endpoint of that name."""
    return {
        "expirySchedules": [
            {
                "points": lot.points,
                "expiryDate": day(lot.on),
                "programId": lot.programme_id,
                "pointsType": lot.kind,
                "expiryType": "fixed",
            }
            for lot in expiring_of(customer)
        ]
    }


def expired_points(customer: Customer) -> dict[str, Any]:
    """embed=expiredPoints, in the shape the groups endpoint has for it."""
    rows: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for entry in customer.ledger.filter(kind=Kind.EXPIRED).order_by("at"):
        rows[iso(entry.at), entry.programme_id] -= entry.points
    return {
        "expiredPoints": [
            {"points": points, "expiredOn": on, "programId": programme, "expiredPointsSummary": []}
            for (on, programme), points in rows.items()
        ]
    }


EMBEDS: dict[str, Callable[[Customer], dict[str, Any]]] = {
    "points": points_summary,
    "subscriptions": subscriptions,
    "mlp": programmes,
    "promotionalPoints": promotional_points,
    "expirySchedules": expiry_schedules,
    "expiredPoints": expired_points,
}


def loyalty_rows(customer: Customer, programme_id: int | None) -> list[dict[str, Any]]:
    """loyaltyDetails: one row per programme."""
    return [
        {
            **_figures(balance),
            "programId": balance.programme.id,
            "delayedPoints": balance.promised,
            "delayedReturnedPoints": Decimal(0),
            "totalAvailablePoints": balance.available + balance.promised,
            "totalReturnedPoints": balance.returned,
            "linkedPartnerPrograms": [],
        }
        for balance in balances_of(customer)
        if programme_id is None or balance.programme.id == programme_id
    ]


def _figures(balance: Balance) -> dict[str, Any]:
    return {
        "redeemed": balance.redeemed,
        "expired": balance.expired,
        "returned": balance.returned,
        "adjusted": balance.adjusted,
        "lifetimePoints": balance.lifetime,
        "loyaltyPoints": balance.available,
        "cumulativePurchases": balance.enrolment.purchases,
        "loyaltyId": balance.enrolment.id,
        "currentSlab": balance.tier,
        "nextSlab": balance.next_tier,
        "nextSlabSerialNumber": balance.next_tier_number,
        "nextSlabDescription": balance.next_tier,
        "slabSNo": balance.enrolment.slab_number,
        "slabExpiryDate": iso(balance.enrolment.slab_expires_at),
    }


def _promotion(entry: LedgerEntry) -> dict[str, Any]:
    store = STORE_BY_CODE.get(entry.store_code)
    return {
        "points": entry.points,
        "issuedAt": {"code": store.code, "name": store.name} if store else {"code": "", "name": ""},
        "issuedOn": iso(entry.at),
        "expiryDate": iso(day_end(entry.expires_on)) if entry.expires_on else "",
        "promotionSource": {"promotionSourceId": entry.id, "promotionSourceType": "GOODWILL"},
        "programId": entry.programme_id,
        # No request id in it: the reference promises none, and nobody shall come to rely on one.
        "promotionName": "Goodwill",
    }


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value
