"""The points ledger of a customer: what came and went, and what is left."""

from datetime import datetime
from zoneinfo import ZoneInfo

from apps.capillary.calls import Call
from apps.capillary.config import DEFAULT_TIMEZONE
from apps.capillary.parsers.ledger import parse_ledger, parse_ledger_balance
from apps.capillary.resources.asking import V2_KINDS, given
from apps.capillary.types_ledger import LedgerBalance, LedgerPage


def information(
    *,
    identifier_name: str,
    identifier_value: str,
    source: str = "INSTORE",
    account_id: str = "",
    program_id: str = "",
    start_date: datetime | None = None,
    end_date: datetime | None = None,
    entry_type: str = "",
    category: str = "",
    till_id: int | None = None,
    offset: int | None = None,
    limit: int | None = None,
    timezone: str = DEFAULT_TIMEZONE,
    customer_id: int | None = None,
) -> Call[LedgerPage]:
    """Events of the ledger within at most 30 days (a week when nothing is said), at most ten on a page.

    `identifier_name` is mobile, email, externalId, cardnumber or cardExternalId: the internal id is not among
    them. `entry_type` is CREDIT, DEBIT or OPENING_BALANCE, `category` REGULAR, PROMISED or TRIGGER_BASED.
    Moments go out without a zone and in whole seconds: those that have one in `timezone`, which must be the
    organisation's (Config.timezone). `offset` is a page from 0 in one place of the documentation and a row in
    another: see `page` of the answer. `customer_id` is not sent, it puts the call into that customer's history.
    Raises: CustomerNotFound, CustomerMerged, Rejected.
    Source: API reference v2, "Get Customer Ledger Information", read 2026-11-23.
    """
    return Call(
        name="v2.points.ledger",
        method="GET",
        path="/v2/pointsLedger/getCustomerLedgerInfo",
        params=given(
            **_whose(identifier_name, identifier_value, source, account_id),
            programId=program_id,
            startDate=_local(start_date, timezone),
            endDate=_local(end_date, timezone),
            ledgerEntryType=entry_type,
            pointCategoryType=category,
            tillId=till_id,
            offset=offset,
            limit=limit,
        ),
        parse=parse_ledger,
        dialect="v2",
        entity="points",
        identifiers=((V2_KINDS.get(identifier_name, "external_id"), identifier_value),),
        customer_id="" if customer_id is None else str(customer_id),
    )


def balance(
    *,
    identifier_name: str,
    identifier_value: str,
    source: str = "INSTORE",
    account_id: str = "",
    end_date: datetime | None = None,
    category: str = "",
    till_id: int | None = None,
    offset: int | None = None,
    limit: int | None = None,
    timezone: str = DEFAULT_TIMEZONE,
    customer_id: int | None = None,
) -> Call[LedgerBalance]:
    """The closing balances of the ledger, one per programme and category, at most ten on a page.

    Names the customer as `information` does.
    Raises: CustomerNotFound, CustomerMerged, Rejected.
    Source: API reference v2, "Get Customer Ledger Balance", read 2026-11-23.
    """
    return Call(
        name="v2.points.ledger_balance",
        method="GET",
        path="/v2/pointsLedger/getCustomerLedgerBalance",
        params=given(
            **_whose(identifier_name, identifier_value, source, account_id),
            endDate=_local(end_date, timezone),
            pointCategoryType=category,
            tillId=till_id,
            offset=offset,
            limit=limit,
        ),
        parse=parse_ledger_balance,
        dialect="v2",
        entity="points",
        identifiers=((V2_KINDS.get(identifier_name, "external_id"), identifier_value),),
        customer_id="" if customer_id is None else str(customer_id),
    )


def _whose(name: str, value: str, source: str, account_id: str) -> dict[str, str]:
    """The account's parameter is spelt with one c here and nowhere else."""
    return {"identifierName": name, "identifierValue": value, "source": source, "acountId": account_id}


def _local(moment: datetime | None, timezone: str) -> datetime | None:
    """A moment without a zone is taken as the organisation's already."""
    return moment if moment is None or moment.tzinfo is None else moment.astimezone(ZoneInfo(timezone))
