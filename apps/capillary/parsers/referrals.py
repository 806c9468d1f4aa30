"""Referrals as v2 and v1.1 tell them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from apps.capillary.envelopes import the_item
from apps.capillary.moments import moment
from apps.capillary.readers import ShapeError, many, number, one, place, text
from apps.capillary.types_activity import Incentive, Invitee, Referee, Referrals

AMOUNTS = ("points", "value", "amount", "discount_value", "discountValue")
MOMENTS = (
    "issued_on",
    "issuedOn",
    "awarded_on",
    "awardedOn",
    "added_on",
    "addedOn",
    "created_on",
    "createdOn",
    "date",
)


def parse_referrals(body: Mapping[str, Any]) -> tuple[Referrals, ...]:
    """v2: `data` rows; `total` is 0 beside rows in places, so only the rows count."""
    if "data" not in body:
        raise ShapeError("data is missing")
    return tuple(map(_read_v2, many(body["data"])))


def _read_v2(node: Mapping[str, Any]) -> Referrals:
    return Referrals(
        code=text(node.get("referralCode")),
        invitees=tuple(
            _read_invitee(row, text(row.get("type"))) for row in _opened(many(node.get("invitees")))
        ),
        referees=tuple(map(_read_referee, many(node.get("referee")))),
        incentives=tuple(map(_read_incentive, many(node.get("incentives")))),
        customer_id=text(one(node.get("customer")).get("id")),
        raw=node,
    )


def _opened(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """A row may hide inside a second object under an empty key: a doubled brace of the outside."""
    for row in rows:
        inner = next(iter(row.values())) if len(row) == 1 else None
        yield inner if isinstance(inner, dict) else row


def parse_campaign(
    body: Mapping[str, Any], *, campaign_token: str = "", last_day: date | None = None
) -> tuple[Referrals, ...]:
    """v1.1, as the one row of the campaign that was asked for; what is known to be after `last_day` is left out."""
    found = parse_statistics(body, campaign_token=campaign_token)
    if last_day is None:
        return (found,)
    return (
        replace(
            found,
            invitees=tuple(row for row in found.invitees if _until(last_day, row.invited_at)),
            referees=tuple(row for row in found.referees if _until(last_day, row.added_at)),
            incentives=tuple(row for row in found.incentives if _until(last_day, row.earned_at)),
        ),
    )


def _until(last_day: date, at: datetime | None) -> bool:
    return at is None or at.date() <= last_day


def parse_statistics(body: Mapping[str, Any], *, campaign_token: str = "") -> Referrals:
    """v1.1: `customer.invitees.referral_type[].invitee[]` and `customer.referees.referee[]`."""
    node = the_item(body, "customer", entity="referral")
    groups = many(node.get("invitees"), "referral_type")
    return Referrals(
        code=text(node.get("referral_code")),
        invitees=tuple(
            _read_invitee(row, text(group.get("type")))
            for group in groups
            for row in many(group.get("invitee"))
        ),
        referees=tuple(map(_read_referee, many(node.get("referees"), "referee"))),
        incentives=tuple(map(_read_incentive, many(node.get("incentives"), "incentive"))),
        campaign_token=campaign_token,
        customer_id=_first(node, "id", "user_id"),
        raw=node,
    )


def _read_invitee(node: Mapping[str, Any], kind: str) -> Invitee:
    return Invitee(
        type=kind,
        identifier=text(node.get("identifier")),
        name=text(node.get("name")),
        invited_at=moment(node.get("invitedOn")) or moment(node.get("invited_on")),
        till=place(node.get("till")),
        raw=node,
    )


def _read_referee(node: Mapping[str, Any]) -> Referee:
    return Referee(
        event_type=_first(node, "eventType", "event_type"),
        customer_id=_first(node, "userId", "user_id"),
        first_name=_first(node, "firstName", "firstname"),
        last_name=_first(node, "lastName", "lastname"),
        mobile=text(node.get("mobile")),
        email=text(node.get("email")),
        external_id=_first(node, "externalId", "external_id"),
        added_at=moment(node.get("addedOn")) or moment(node.get("added_on")),
        raw=node,
    )


def _read_incentive(node: Mapping[str, Any]) -> Incentive:
    """No sample shows one: the names are those that other coupons and rewards go by."""
    coupon = one(node.get("coupon"))
    return Incentive(
        label=_first(node, "name", "description", "type", "incentive_type", "incentiveType"),
        coupon_code=_first(node, "coupon_code", "couponCode", "code", "coupon") or text(coupon.get("code")),
        series_id=_first(node, "series_id", "seriesId"),
        for_customer_id=_first(node, "user_id", "userId", "referee_id", "refereeId"),
        amount=next((found for key in AMOUNTS if (found := number(node.get(key))) is not None), None),
        earned_at=next((at for key in MOMENTS if (at := moment(node.get(key)))), None),
        for_mobile=text(node.get("mobile")),
        for_email=text(node.get("email")),
        raw=node,
    )


def _first(node: Mapping[str, Any], *keys: str) -> str:
    return next((found for key in keys if (found := text(node.get(key)))), "")
