"""Reads about the organisation itself: harmless, about nobody; what a check of the set-up asks."""

from apps.capillary.calls import Call
from apps.capillary.parsers.organisation import (
    parse_organisation,
    parse_programmes,
    parse_setting,
    parse_till,
)
from apps.capillary.types_organisation import Organisation, Programme, Setting, TillDetails
from apps.core.errors import BadInput

# The reference names it where it tells of reversals; whether it can be read everywhere it does not say.
REVERSAL = "Allow_points_redemption_reversal"


def profile() -> Call[Organisation]:
    """Who the organisation is.

    Source: API reference v1.1, "organization/get", read 2026-11-23.
    """
    return Call(
        name="v1.1.organization.get",
        method="GET",
        path="/v1.1/organization/get",
        parse=parse_organisation,
        dialect="v11",
        entity="api",
    )


def programmes() -> Call[tuple[Programme, ...]]:
    """The loyalty programmes.

    Source: API reference v2, "Get Org Loyalty Programs", read 2026-11-23.
    """
    return Call(
        name="v2.organization.programs",
        method="GET",
        path="/v2/organization/programs",
        parse=parse_programmes,
        dialect="v2",
        entity="api",
    )


def till(*, code: str) -> Call[TillDetails]:
    """A till by its code. Raises: Rejected for one that is not known there.

    Source: API reference v2, "Get Org Till Details", read 2026-11-23.
    """
    return Call(
        name="v2.organization.till",
        method="GET",
        path="/v2/organization/till",
        params={"code": code},
        parse=parse_till,
        dialect="v2",
        entity="api",
    )


def setting(*, name: str = REVERSAL) -> Call[Setting]:
    """One setting of the organisation; 1000 such calls an hour are allowed.

    Raises: BadInput for what is no name; Rejected for one that is not told.
    Source: API reference v2, "Get Organization Configs", read 2026-11-23.
    """
    if not name.replace("_", "").isalnum() or not name.isascii():
        raise BadInput(
            "The name of a setting is made of Latin letters, digits and underscores.", field="name"
        )
    return Call(
        name="v2.organization.configs",
        method="GET",
        path=f"/v2/organization/configs/{name}",
        parse=parse_setting,
        dialect="v2",
        entity="api",
    )
