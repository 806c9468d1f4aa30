"""The bills of a customer."""

from datetime import date

from apps.capillary.calls import Call
from apps.capillary.parsers.transactions import parse_transactions
from apps.capillary.resources.asking import given, who
from apps.capillary.types_activity import TransactionPage


def history(
    *,
    customer_id: int | None = None,
    mobile: str = "",
    email: str = "",
    external_id: str = "",
    number: str = "",
    store_code: str = "",
    start_date: date | None = None,
    end_date: date | None = None,
    limit: int = 10,
    offset: int = 0,
    order: str = "desc",
) -> Call[TransactionPage]:
    """Bills by billing time, both dates inclusive; a customer without any gives an empty page.

    Raises: BadInput unless one identifier is given; CustomerNotFound.
    Source: API reference v1.1, "customer/transactions", read 2026-11-23.
    """
    subject = who(id=customer_id, mobile=mobile, email=email, external_id=external_id)
    return Call(
        name="v1.1.customer.transactions",
        method="GET",
        path="/v1.1/customer/transactions",
        params={
            **subject.params,
            **given(
                number=number,
                store_code=store_code,
                start_date=start_date,
                end_date=end_date,
                limit=limit,
                offset=offset or None,
                sort="trans_date",
                order=order,
                custom_fields=True,
                points_breakup=True,
            ),
        },
        parse=parse_transactions,
        dialect="v11",
        identifiers=subject.identifiers,
        customer_id=subject.customer_id,
    )
