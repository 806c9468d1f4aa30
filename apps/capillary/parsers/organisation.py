"""The organisation, its programmes, a till, a setting."""

from collections.abc import Mapping
from typing import Any

from apps.capillary.readers import ShapeError, flag, many, one, text
from apps.capillary.types_organisation import Organisation, Programme, Setting, TillDetails


def parse_organisation(body: Mapping[str, Any]) -> Organisation:
    """`organization`, which must have a name."""
    node = one(body.get("organization"))
    if not text(node.get("name")):
        raise ShapeError("organization.name is missing")
    return Organisation(
        id=text(node.get("id")),
        name=text(node.get("name")),
        currency=text(node.get("currency")),
        timezone=text(node.get("timezone")),
        raw=node,
    )


def parse_programmes(body: Mapping[str, Any]) -> tuple[Programme, ...]:
    """`data` rows in the API's order; an organisation without any is an empty tuple."""
    if "data" not in body:
        raise ShapeError("data is missing")
    return tuple(
        Programme(
            id=text(row.get("programId")),
            name=text(row.get("programName")),
            is_default=flag(row.get("default")) is True,
        )
        for row in many(body["data"])
    )


def parse_till(body: Mapping[str, Any]) -> TillDetails:
    """The till stands bare in the body."""
    code = text(body.get("code"))
    if not code:
        raise ShapeError("code is missing")
    return TillDetails(
        id=text(body.get("id")),
        code=code,
        name=text(body.get("name")),
        is_active=flag(body.get("isActive")),
    )


def parse_setting(body: Mapping[str, Any]) -> Setting:
    """`keyName` and `value`, which is always text."""
    if "value" not in body:
        raise ShapeError("value is missing")
    value = text(body.get("value"))
    return Setting(name=text(body.get("keyName")), value=value, is_on=flag(value))
