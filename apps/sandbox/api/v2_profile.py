"""The customer-shaped part of v2 answers: profiles, loyalty info, cards."""

from typing import Any

from apps.sandbox.api.dates import CHINA, INDIA, day, iso, zulu
from apps.sandbox.catalogue import CARD_SERIES, ORG_ID, STORE_BY_CODE, STORE_BY_TILL
from apps.sandbox.models import Card, Customer, Identifier, Profile

_CHANNEL_KINDS = {"mobile": "mobile", "email": "email", "wechat": "wechat", "line": "line"}
_HIDDEN_KINDS = ("cardExternalId",)


def customer_shape(customer: Customer, profiles: list[Profile]) -> dict[str, Any]:
    """The base of customers/{id}; embeds are added by the caller."""
    cards = list(customer.cards.order_by("id"))
    return {
        "id": customer.id,
        "profiles": [profile_shape(profile, cards) for profile in profiles],
        "loyaltyInfo": {
            "loyaltyType": customer.loyalty_type,
            "attributionV2": _attribution(customer),
            "lifetimePurchases": customer.lifetime_purchases,
        },
        **_fraud(customer),
        "segments": {},
        "extendedFields": customer.extended_fields,
        "cardDetails": [_card(card) for card in cards],
    }


def profile_shape(profile: Profile, cards: list[Card]) -> dict[str, Any]:
    """One profile with all that the by-id sample shows."""
    zone = CHINA if profile.source == "WECHAT" else INDIA
    till = STORE_BY_TILL[profile.till_code].till
    by = {"code": till.code, "description": "", "name": till.name, "type": "TILL"}
    rows = list(profile.identifiers.all())
    return {
        "firstName": profile.first_name,
        "lastName": profile.last_name,
        "attribution": {
            "createDate": iso(profile.created_at, zone),
            "createdBy": by,
            "modifiedBy": by if profile.updated_at > profile.created_at else {},
            "modifiedDate": iso(profile.updated_at, zone),
        },
        "fields": profile.fields,
        "identifiers": [_identifier(row, cards) for row in rows if row.kind not in _HIDDEN_KINDS],
        "commChannels": [_channel(row) for row in rows if row.kind in _CHANNEL_KINDS],
        "source": profile.source,
        "userId": profile.customer_id,
        "accountId": profile.account_id,
        "conflictingProfileList": [],
        "autoUpdateTime": iso(profile.updated_at, zone),
        "identifiersAll": [
            {"type": row.kind, "value": row.value}
            for row in rows
            if row.kind in ("mobile", "email", "externalId")
        ],
    }


def brief_profile(profile: Profile) -> dict[str, Any]:
    """The shorter profile of the referrals answer: no source, no attribution."""
    rows = [
        {"type": row.kind, "value": row.value}
        for row in profile.identifiers.all()
        if row.kind in ("mobile", "email", "externalId")
    ]
    return {
        "firstName": profile.first_name,
        "lastName": profile.last_name,
        "fields": {},
        "identifiers": rows,
        "commChannels": [],
        "userId": profile.customer_id,
        "accountId": profile.account_id,
        "autoUpdateTime": iso(profile.updated_at),
        "identifiersAll": rows,
    }


def _identifier(row: Identifier, cards: list[Card]) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": row.kind, "value": row.value}
    card = (
        next((card for card in cards if card.number == row.value), None) if row.kind == "cardNumber" else None
    )
    if card is not None:
        shape |= {"seriesId": card.series_id, "statusLabel": card.label}
    return shape


def _channel(row: Identifier) -> dict[str, Any]:
    return {
        "type": _CHANNEL_KINDS[row.kind],
        "value": row.value,
        "primary": row.primary,
        "verified": row.verified,
        "meta": {"residence": False, "office": False},
        "attributes": {},
    }


def _attribution(customer: Customer) -> dict[str, Any]:
    till = STORE_BY_CODE[customer.store_code].till
    by = {"id": till.id, "code": till.code, "name": till.name, "type": "TILL"}
    return {
        "createDate": iso(customer.registered_at),
        "createdBy": by,
        "modifiedBy": by,
        "modifiedDate": iso(customer.updated_at),
        "createdFromSource": "INSTORE",
    }


def _fraud(customer: Customer) -> dict[str, Any]:
    # The by-id sample has no fraudDetails and the lookup sample has: shown only once somebody looked into it.
    if customer.fraud_at is None:
        return {}
    details = {"markedBy": {}, "modifiedOn": iso(customer.fraud_at), "status": customer.fraud_status}
    return {"fraudDetails": details}


def _card(card: Card) -> dict[str, Any]:
    code, name, kind = CARD_SERIES[card.series_id]
    return {
        "cardId": card.id,
        "issuedDate": zulu(card.issued_at),
        "createdDate": day(card.issued_at),
        "expiryDays": 3650,
        "seriesName": name,
        "customerId": card.customer_id,
        "maxActiveCards": 2,
        "cardExternalId": card.external_id,
        "extendedFields": {},
        "customFields": {},
        "type": kind,
        "cardNumber": card.number,
        "seriesId": card.series_id,
        "seriesCode": code,
        "orgId": ORG_ID,
        "entityId": card.customer_id,
        "statusInfo": {
            "reason": "",
            "createdBy": 0,
            "actions": [],
            "autoUpdateTime": day(card.issued_at),
            "createdOn": zulu(card.issued_at),
            "entityId": card.id,
            "id": card.id,
            "isActive": True,
            "labelId": card.series_id,
            "label": card.label,
            "status": card.status,
        },
        "id": card.id,
        "transactionNotAllowed": card.status != "ACTIVE",
    }
