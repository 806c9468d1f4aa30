"""The v1.1 customer record."""

from collections.abc import Iterable, Mapping
from typing import Any

from apps.capillary.envelopes import the_item
from apps.capillary.moments import day, moment
from apps.capillary.parsers.coupons import coupon_rows, read_coupon
from apps.capillary.parsers.customer import read_fraud
from apps.capillary.parsers.points import read_balance, read_expired, read_expiring
from apps.capillary.readers import integer, many, notices, number, one, pairs, place, text
from apps.capillary.types_activity import CustomerRecord, TierChange, TierGap


def parse_record(body: Mapping[str, Any]) -> CustomerRecord:
    """`customers.customer`, one object or a list of one."""
    node = the_item(body, "customers", "customer")
    return CustomerRecord(
        customer_id=text(node.get("user_id")) or text(node.get("id")),
        first_name=text(node.get("firstname")),
        last_name=text(node.get("lastname")),
        mobile=text(node.get("mobile")),
        email=text(node.get("email")),
        external_id=text(node.get("external_id")),
        loyalty_type=text(node.get("type")),
        source=text(node.get("source")),
        gender=text(node.get("gender")),
        points=number(node.get("loyalty_points")),
        lifetime_points=number(node.get("lifetime_points")),
        lifetime_purchases=number(node.get("lifetime_purchases")),
        tier=text(node.get("current_slab")),
        tier_expires_at=moment(node.get("tier_expiry_date")),
        next_tier=text(node.get("next_slab")),
        next_tier_number=integer(node.get("next_slab_serial_number")),
        next_tier_description=text(node.get("next_slab_description")),
        registered_at=moment(node.get("registered_on")),
        updated_at=moment(node.get("updated_on")),
        registered_by=text(node.get("registered_by")),
        registered_store=place(node.get("registered_store")),
        registered_till=place(node.get("registered_till")),
        fraud=read_fraud(node.get("fraud_details")) or read_fraud(node.get("fraud_status")),
        tier_history=tuple(map(_read_change, _inside(node.get("slab_history")))),
        gaps=(
            *_read_upgrades(one(node.get("gap_to_upgrade"))),
            *_read_renewals(one(node.get("gap_to_renew"))),
        ),
        points_summaries=tuple(map(read_balance, _summaries(node))),
        expiring=read_expiring(_inside(node.get("expiry_schedule"))),
        expired=read_expired(_inside(node.get("expired_points"))),
        coupons=tuple(map(read_coupon, coupon_rows(node.get("coupons")))),
        custom_fields=pairs(node.get("custom_fields")),
        extended_fields=pairs(node.get("extended_fields")),
        warnings=notices(one(node.get("item_status")).get("warnings")),
        raw=node,
    )


def _inside(value: object) -> list[dict[str, Any]]:
    """Rows of a block whose inner name no reference shows: the block itself, or its only list or object."""
    node = one(value)
    if not isinstance(value, list) and len(node) == 1:
        (inner,) = node.values()
        if isinstance(inner, list | dict):
            return many(inner)
    return many(value)


def _summaries(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Shown as points_summaries.points_summary in one sample, asked for as points_summary."""
    return many(node.get("points_summaries"), "points_summary") or many(
        node.get("points_summary"), "points_summary"
    )


def _read_change(node: Mapping[str, Any]) -> TierChange:
    """No sample shows a row, so the likely spellings are all tried; `raw` keeps the rest."""
    return TierChange(
        from_tier=_first(node, "from", "from_slab", "from_slab_name", "previous_slab"),
        to_tier=_first(node, "to", "to_slab", "to_slab_name", "current_slab", "slab", "slab_name"),
        changed_at=moment(_first(node, "changed_on", "date", "added_on", "updated_on", "change_date")),
        notes=_first(node, "notes", "reason", "description"),
        raw=node,
    )


def _first(node: Mapping[str, Any], *keys: str) -> str:
    return next((found for key in keys if (found := text(node.get(key)))), "")


def _read_upgrades(node: Mapping[str, Any]) -> Iterable[TierGap]:
    for row in many(node.get("upgrade_strategy")):
        values = one(row.get("customer_upgrade_entity_values"))
        yield TierGap(
            kind="upgrade",
            based_on=text(row.get("upgrade_based_on")),
            threshold=number(row.get("upgrade_threshold")),
            current=number(values.get("current_value")),
            gap=number(values.get("gap_to_upgrade")),
            valid_until=day(values.get("value_valid_upto")),
            raw=row,
        )


def _read_renewals(node: Mapping[str, Any]) -> Iterable[TierGap]:
    for row in many(node.get("renew_strategy")):
        yield TierGap(
            kind="renew",
            based_on=text(row.get("renew_based_on")),
            threshold=number(row.get("renew_threshold")),
            current=number(row.get("customer_renew_entity_value")),
            gap=number(row.get("customer_gap_to_renew_value")),
            valid_until=day(node.get("tier_expiry_date")),
            raw=row,
        )
