"""Finding a customer and reading the record."""

from collections.abc import Sequence

from apps.capillary.calls import Call
from apps.capillary.parsers.customer import parse_customer, parse_lookup, parse_search, parse_status_log
from apps.capillary.parsers.record import parse_record
from apps.capillary.resources.asking import V2_KINDS, given, looks_like, who
from apps.capillary.types_activity import CustomerRecord
from apps.capillary.types_customer import Customer, SearchPage, StatusChange

EMBEDS = ("points", "subscriptions", "mlp", "promotionalPoints", "expirySchedules", "expiredPoints")


def lookup(*, source: str, identifier_name: str, identifier_value: str, account_id: str = "") -> Call[int]:
    """The id of the customer with this identifier in this source.

    `source` is upper case or ALL; `identifier_name` one of mobile, email, externalId, cardnumber,
    cardExternalId, wechat, martjackId, fbId and the like; mobiles carry the country code.
    Raises: CustomerNotFound (8015, 8065), Rejected (8045 account missing, 8013 identifier, 8011, 8012).
    Source: API reference v2, "Fetch Customer ID", read 2026-11-23.
    """
    return Call(
        name="v2.customers.lookup",
        method="GET",
        path="/v2/customers/lookup",
        params=given(
            source=source,
            accountId=account_id,
            identifierName=identifier_name,
            identifierValue=identifier_value,
        ),
        parse=parse_lookup,
        dialect="v2",
        identifiers=((V2_KINDS.get(identifier_name, "external_id"), identifier_value),),
    )


def get(
    *, customer_id: int, source: str = "ALL", account_id: str = "", embed: Sequence[str] = EMBEDS
) -> Call[Customer]:
    """The customer with profiles of one source, or of all, and the embedded parts asked for.

    Raises: CustomerMerged (8069), CustomerNotFound, Rejected. Where the installation answers a merged
    account with its survivor, the answer's `id` differs from `customer_id` and holds notice 91009.
    Source: API reference v2, "Fetch Customer Details (by User ID)", read 2026-11-23.
    """
    return Call(
        name="v2.customers.get",
        method="GET",
        path=f"/v2/customers/{int(customer_id)}",
        params=given(source=source, accountId=account_id, embed=",".join(embed)),
        parse=parse_customer,
        dialect="v2",
        customer_id=str(customer_id),
    )


def search(*, query: str, limit: int = 10, offset: int = 0) -> Call[SearchPage]:
    """Customers whose first name, last name or any identifier starts with `query`, over all sources.

    Shape: rows in the API's order; nothing found is an empty page, not an error.
    Source: API reference v2, "Get Customers (Advanced Customer Search)", read 2026-11-23.
    """
    return Call(
        name="v2.customers.search",
        method="GET",
        path="/v2/customers/search",
        params={"q": query, "limit": str(limit), "offset": str(offset)},
        parse=parse_search,
        dialect="v2",
        identifiers=((looks_like(query), query),),
    )


def status_log(*, customer_id: int) -> Call[tuple[StatusChange, ...]]:
    """Status changes of the customer (active, suspended, deleted …), newest first.

    Source: API reference v2, "Get Customer Status Log", read 2026-11-23.
    """
    return Call(
        name="v2.customers.status_log",
        method="GET",
        path=f"/v2/customers/{int(customer_id)}/statusLog",
        parse=parse_status_log,
        dialect="v2",
        customer_id=str(customer_id),
    )


def record(
    *,
    mobile: str = "",
    email: str = "",
    external_id: str = "",
    card_number: str = "",
    card_external_id: str = "",
    mlp: bool = True,
    next_slab: bool = True,
    slab_history: bool = True,
    expiry_schedule: bool = True,
    expired_points: bool = True,
    points_summary: bool = True,
    tier_upgrade_criteria: bool = True,
    membership_retention_criteria: bool = True,
    gap_to_upgrade_days: int | None = None,
    gap_to_renew_days: int | None = None,
) -> Call[CustomerRecord]:
    """The v1.1 record, by exactly one identifier (the internal id is not among them).

    Raises: BadInput unless one identifier is given; CustomerNotFound (1011, 1012).
    Source: API reference v1.1, "customer/get", read 2026-11-23.
    """
    subject = who(
        mobile=mobile,
        email=email,
        external_id=external_id,
        card_number=card_number,
        card_external_id=card_external_id,
    )
    flags = given(
        user_id=True,
        fraud_details=True,
        mlp=mlp,
        next_slab=next_slab,
        slab_history=slab_history,
        expiry_schedule=expiry_schedule,
        expired_points=expired_points,
        points_summary=points_summary,
        tier_upgrade_criteria=tier_upgrade_criteria,
        membership_retention_criteria=membership_retention_criteria,
    )
    # Nought days means today and must be sent, so these two do not go through `given`.
    days = {"gap_to_upgrade_for": gap_to_upgrade_days, "gap_to_renew_for": gap_to_renew_days}
    return Call(
        name="v1.1.customer.get",
        method="GET",
        path="/v1.1/customer/get",
        params={**subject.params, **flags, **{key: str(day) for key, day in days.items() if day is not None}},
        parse=parse_record,
        dialect="v11",
        identifiers=subject.identifiers,
    )
