"""The v2 customer, the lookup, the search, the status log and the token."""

from collections.abc import Mapping
from typing import Any

from apps.capillary.moments import moment
from apps.capillary.parsers.points import read_balance, read_expired, read_expiring, read_promotional
from apps.capillary.readers import (
    ShapeError,
    flag,
    integer,
    many,
    notices,
    number,
    one,
    pairs,
    place,
    required,
    text,
    window,
)
from apps.capillary.types_auth import Token
from apps.capillary.types_customer import (
    Attribution,
    Card,
    CommChannel,
    Customer,
    FraudDetails,
    GroupProgram,
    Identifier,
    MatchedIdentifier,
    Profile,
    SearchHit,
    SearchPage,
    ShortProfile,
    StatusChange,
    Subscription,
)


def parse_token(body: Mapping[str, Any]) -> Token:
    """`data.accessToken` and `data.ttlSeconds`."""
    data = one(body.get("data"))
    value = text(data.get("accessToken"))
    if not value:
        raise ShapeError("data.accessToken is missing")
    return Token(value, max(integer(data.get("ttlSeconds")) or 0, 0))


def parse_lookup(body: Mapping[str, Any]) -> int:
    """`entity` is the id itself."""
    return required(body, "entity")


def parse_search(body: Mapping[str, Any]) -> SearchPage:
    """`data` rows with what matched; rows without a user id are a broken reply."""
    if "data" not in body:
        raise ShapeError("data is missing")
    return SearchPage(tuple(map(_read_hit, many(body["data"]))), window(body))


def _read_hit(node: Mapping[str, Any]) -> SearchHit:
    return SearchHit(
        customer_id=required(node, "userId"),
        profiles=tuple(
            ShortProfile(text(row.get("source")), text(row.get("firstName")), text(row.get("lastName")))
            for row in many(node.get("profiles"))
        ),
        matched=tuple(
            MatchedIdentifier(
                text(row.get("idType")),
                text(row.get("idValue")),
                text(row.get("source")),
                text(row.get("accountId")),
            )
            for row in many(node.get("matchedIdentifiers"))
        ),
        raw=node,
    )


def parse_status_log(body: Mapping[str, Any]) -> tuple[StatusChange, ...]:
    """`data` rows, newest first."""
    if "data" not in body:
        raise ShapeError("data is missing")
    rows = (
        StatusChange(
            status=text(node.get("status")),
            label=text(node.get("label")),
            previous_label=text(node.get("prevLabel")),
            reason=text(node.get("reason")),
            changed_at=moment(node.get("createdOn")),
            changed_by=text(node.get("createdByUser")) or text(node.get("createdBy")),
            is_active=flag(node.get("isActive")) or False,
            raw=node,
        )
        for node in many(body["data"])
    )
    oldest_first = sorted(rows, key=lambda row: row.changed_at.timestamp() if row.changed_at else 0)
    return tuple(reversed(oldest_first))


def parse_customer(body: Mapping[str, Any]) -> Customer:
    """The bare customer object; embeds are looked for whether or not they were asked."""
    loyalty = one(body.get("loyaltyInfo"))
    summary = one(body.get("pointsSummary"))
    return Customer(
        id=required(body, "id"),
        profiles=tuple(map(_read_profile, many(body.get("profiles")))),
        loyalty_type=text(loyalty.get("loyaltyType")),
        lifetime_purchases=number(loyalty.get("lifetimePurchases")),
        attribution=_read_attribution(loyalty.get("attributionV2")),
        fraud=read_fraud(body.get("fraudDetails")),
        segments=pairs(body.get("segments")),
        extended_fields=pairs(body.get("extendedFields")),
        cards=tuple(map(_read_card, many(body.get("cardDetails")))),
        points=read_balance(summary) if summary else None,
        programs=tuple(map(read_balance, many(body.get("loyaltyProgramDetails")))),
        group_programs=tuple(map(_read_group, many(body.get("groupLoyaltyProgramDetails")))),
        promotional_points=read_promotional(one(body.get("promotionalPoints"))),
        expiring=read_expiring(many(body.get("expirySchedules"))),
        expired=read_expired(many(body.get("expiredPoints"))),
        subscriptions=_read_subscriptions(one(body.get("subscriptionInfo"))),
        warnings=notices(body.get("warnings"), body.get("errors")),
        raw=body,
    )


def _read_profile(node: Mapping[str, Any]) -> Profile:
    return Profile(
        # A profile without a source is one of the shop's own: v2 leaves it out for INSTORE in places.
        source=text(node.get("source")) or "INSTORE",
        account_id=text(node.get("accountId")),
        user_id=text(node.get("userId")),
        first_name=text(node.get("firstName")) or text(node.get("firstname")),
        last_name=text(node.get("lastName")) or text(node.get("lastname")),
        identifiers=_read_identifiers(node.get("identifiers")),
        identifiers_all=_read_identifiers(node.get("identifiersAll")),
        channels=tuple(
            CommChannel(
                text(row.get("type")),
                text(row.get("value")),
                flag(row.get("primary")),
                flag(row.get("verified")),
            )
            for row in many(node.get("commChannels"))
        ),
        fields=pairs(node.get("fields")),
        attribution=_read_attribution(node.get("attribution")),
        updated_at=moment(node.get("autoUpdateTime")),
        raw=node,
    )


def _read_identifiers(value: object) -> tuple[Identifier, ...]:
    return tuple(
        Identifier(
            text(row.get("type")),
            text(row.get("value")),
            text(row.get("statusLabel")),
            text(row.get("seriesId")),
        )
        for row in many(value)
        if text(row.get("value"))
    )


def _read_attribution(value: object) -> Attribution:
    node = one(value)
    return Attribution(
        created_at=moment(node.get("createDate")),
        created_by=place(node.get("createdBy")),
        modified_at=moment(node.get("modifiedDate")),
        modified_by=place(node.get("modifiedBy")),
    )


def read_fraud(value: object) -> FraudDetails | None:
    """Fraud details of v2 (modifiedOn) or v1.1 (modified_on), or the bare status; None when absent."""
    node = one(value)
    status = text(node.get("status")) if node else text(value)
    if not status:
        return None
    marked_at = moment(node.get("modifiedOn")) or moment(node.get("modified_on"))
    return FraudDetails(status, marked_at, place(node.get("markedBy")) or place(node.get("marked_by")))


def _read_card(node: Mapping[str, Any]) -> Card:
    state = one(node.get("statusInfo"))
    return Card(
        id=text(node.get("cardId")) or text(node.get("id")),
        number=text(node.get("cardNumber")) or text(node.get("cardnumber")),
        external_id=text(node.get("cardExternalId")),
        series_name=text(node.get("seriesName")),
        series_code=text(node.get("seriesCode")),
        type=text(node.get("type")),
        status=text(state.get("status")),
        label=text(state.get("label")),
        issued_at=moment(node.get("issuedDate")) or moment(node.get("createdDate")),
        expiry_days=integer(node.get("expiryDays")),
        raw=node,
    )


def _read_group(node: Mapping[str, Any]) -> GroupProgram:
    return GroupProgram(
        id=text(node.get("groupProgramId")),
        title=text(node.get("title")),
        available=number(node.get("loyaltyPoints")),
        lifetime=number(node.get("lifetimePoints")),
        promised=number(node.get("promisedPoints")),
        raw=node,
    )


def _read_subscriptions(node: Mapping[str, Any]) -> tuple[Subscription, ...]:
    return tuple(
        Subscription(text(row.get("channel")), text(row.get("priority")), text(row.get("type")))
        for row in many(node.get("subscriptions"))
    )
