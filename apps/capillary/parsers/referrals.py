"""Referrals as v2 and v1.1 tell them."""

from collections.abc import Iterable, Mapping
from typing import Any

from apps.capillary.envelopes import the_item
from apps.capillary.moments import moment
from apps.capillary.readers import ShapeError, many, place, text
from apps.capillary.types_activity import Invitee, Referee, Referrals


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
        incentives=tuple(many(node.get("incentives"))),
        raw=node,
    )


def _opened(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """A row may hide inside a second object under an empty key: a doubled brace of the outside."""
    for row in rows:
        inner = next(iter(row.values())) if len(row) == 1 else None
        yield inner if isinstance(inner, dict) else row


def parse_statistics(body: Mapping[str, Any]) -> Referrals:
    """v1.1: `customer.invitees.referral_type[].invitee[]` and `customer.referees.referee[]`."""
    node = the_item(body, "customer")
    groups = many(node.get("invitees"), "referral_type")
    return Referrals(
        code=text(node.get("referral_code")),
        invitees=tuple(
            _read_invitee(row, text(group.get("type")))
            for group in groups
            for row in many(group.get("invitee"))
        ),
        referees=tuple(map(_read_referee, many(node.get("referees"), "referee"))),
        incentives=tuple(many(node.get("incentives"), "incentive")),
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
        event_type=_either(node, "eventType", "event_type"),
        customer_id=_either(node, "userId", "user_id"),
        first_name=_either(node, "firstName", "firstname"),
        last_name=_either(node, "lastName", "lastname"),
        mobile=text(node.get("mobile")),
        email=text(node.get("email")),
        external_id=_either(node, "externalId", "external_id"),
        added_at=moment(node.get("addedOn")) or moment(node.get("added_on")),
        raw=node,
    )


def _either(node: Mapping[str, Any], camel: str, snake: str) -> str:
    return text(node.get(camel)) or text(node.get(snake))
