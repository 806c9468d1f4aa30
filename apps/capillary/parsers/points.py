"""Points, tiers and expiries, as v1.1 and v2 spell them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from apps.capillary.moments import day, moment
from apps.capillary.readers import ShapeError, integer, many, number, one, place, text
from apps.capillary.types_points import (
    ExpiredPoints,
    ExpiringPoints,
    PartnerProgram,
    PointsBalance,
    PromotionalPoints,
)

PROMOTION_LEVELS = {
    "customerPromotionType": "customer",
    "transactionPromotionType": "transaction",
    "lineitemPromotionType": "lineitem",
}


def parse_loyalty_details(body: Mapping[str, Any]) -> tuple[PointsBalance, ...]:
    """`data`: one row per programme."""
    if "data" not in body:
        raise ShapeError("data is missing")
    return tuple(map(read_balance, many(body["data"])))


def read_balance(node: Mapping[str, Any]) -> PointsBalance:
    """A row of loyaltyDetails, of embed=mlp, of embed=points or of v1.1 points summaries."""
    program = next((text(node[key]) for key in ("programId", "program_id") if text(node.get(key))), "")
    return PointsBalance(
        program_id=program,
        title=text(node.get("programTitle")) or text(node.get("programName")),
        description=text(node.get("programDescription")),
        loyalty_id=text(node.get("loyaltyId")),
        available=number(node.get("loyaltyPoints")),
        lifetime=number(node.get("lifetimePoints")),
        redeemed=number(node.get("redeemed")),
        expired=number(node.get("expired")),
        returned=number(node.get("returned")),
        adjusted=number(node.get("adjusted")),
        pending=number(node.get("delayedPoints")),
        pending_returned=number(node.get("delayedReturnedPoints")),
        total_available=number(node.get("totalAvailablePoints")),
        total_returned=number(node.get("totalReturnedPoints")),
        lifetime_purchases=number(node.get("cumulativePurchases")),
        currency_ratio=number(node.get("programPointsToCurrencyRatio")),
        tier=text(node.get("currentSlab")),
        tier_number=integer(node.get("slabSNo")),
        tier_expires_at=moment(node.get("slabExpiryDate")),
        next_tier=text(node.get("nextSlab")),
        next_tier_number=integer(node.get("nextSlabSerialNumber")),
        next_tier_description=text(node.get("nextSlabDescription")),
        partner_programs=tuple(map(_read_partner, many(node.get("linkedPartnerPrograms")))),
        raw=node,
    )


def _read_partner(node: Mapping[str, Any]) -> PartnerProgram:
    return PartnerProgram(
        id=text(node.get("partnerProgramId")),
        name=text(node.get("partnerProgramName")),
        membership_id=text(node.get("partnerMembershipId")),
        tier=text(node.get("partnerTierName")),
        tier_expires_at=moment(node.get("partnerTierExpiryDate")),
        raw=node,
    )


def read_expiring(rows: list[dict[str, Any]]) -> tuple[ExpiringPoints, ...]:
    """Expiry schedules, soonest first; v2 says expiryDate, v1.1 expiry_date."""
    found = (
        ExpiringPoints(
            points=number(node.get("points")) or Decimal(0),
            expires_on=day(node.get("expiryDate")) or day(node.get("expiry_date")),
            program_id=text(node.get("programId")) or text(node.get("program_id")),
            kind=text(node.get("pointsType")),
            raw=node,
        )
        for node in rows
    )
    return tuple(sorted(found, key=lambda item: (item.expires_on is None, item.expires_on)))


def read_expired(rows: list[dict[str, Any]]) -> tuple[ExpiredPoints, ...]:
    """Points already lost, in the API's order."""
    return tuple(
        ExpiredPoints(
            points=number(node.get("points")) or Decimal(0),
            expired_on=next(
                (
                    day(node[key])
                    for key in ("expiredOn", "expired_on", "expiryDate", "expiry_date")
                    if key in node
                ),
                None,
            ),
            program_id=text(node.get("programId")) or text(node.get("program_id")),
            raw=node,
        )
        for node in rows
    )


def read_promotional(node: Mapping[str, Any]) -> tuple[PromotionalPoints, ...]:
    """The three lists of embed=promotionalPoints as one."""
    return tuple(
        PromotionalPoints(
            points=number(row.get("points")) or Decimal(0),
            level=level,
            promotion_name=text(row.get("promotionName")),
            source_id=text(one(row.get("promotionSource")).get("promotionSourceId")),
            source_type=text(one(row.get("promotionSource")).get("promotionSourceType")),
            program_id=text(row.get("programId")),
            issued_at=moment(row.get("issuedOn")),
            issued_by=place(row.get("issuedAt")),
            expires_on=day(row.get("expiryDate")),
            raw=row,
        )
        for key, level in PROMOTION_LEVELS.items()
        for row in many(node.get(key))
    )
