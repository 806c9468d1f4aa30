"""Requests somebody has to decide: asking for goodwill, deciding it, listing requests and their logs."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from apps.capillary.calls import Call, Json
from apps.capillary.parsers.requests import (
    parse_added,
    parse_approved,
    parse_logs,
    parse_rejected,
    parse_requests,
)
from apps.capillary.resources.asking import Who, amount, given, who
from apps.capillary.resources.request_bodies import GOODWILL, decision, kind_word, needed, wanted
from apps.capillary.types_requests import AddedRequest, DecidedRequest, Kind, LogPage, RequestPage
from apps.core.errors import BadInput

T = TypeVar("T")


def add(
    *,
    customer_id: int,
    kind: Kind,
    reference: str,
    reason: str,
    comments: str,
    points: Decimal | None = None,
    series_id: int | str | None = None,
    programme_id: int | str | None = None,
) -> Call[AddedRequest]:
    """Ask for goodwill: `points`, or a coupon of `series_id`. A write that must never be sent twice.

    The API recognises no repetition: `reference` (our own, unique) is stored outside but no read shows it,
    so a short tag of it belongs into `comments`. The request waits for its decision: nothing here decides it.
    Raises: BadInput; Rejected, CustomerNotFound, CustomerMerged (certainly not filed); OutcomeUnknown.
    Source: API reference v1.1, "request/add" (goodwill), read 2026-11-23.
    """
    request: dict[str, object] = {
        "customer": {"id": str(int(customer_id))},
        "reference_id": needed(reference, "reference"),
        "reason": reason,
        "comments": comments,
        "type": GOODWILL,
        "base_type": kind_word(kind),
        **wanted(kind, points, series_id),
    }
    return Call(
        name="v1.1.request.add",
        method="POST",
        path="/v1.1/request/add",
        params=given(program_id=programme_id),
        body={"root": {"request": [request]}},
        parse=parse_added,
        dialect="v11",
        entity="request",
        write=True,
        customer_id=str(int(customer_id)),
    )


def approve(
    *,
    request_id: int | str,
    kind: Kind,
    points: Decimal | None = None,
    comments: str = "",
    customer_id: int | str | None = None,
) -> Call[DecidedRequest]:
    """Approve a pending request, with `points` where they differ from what was asked. A write.

    The documented answer has no status of its own: it is done only when it names the request APPROVED.
    `customer_id` is not sent, it puts the call into that customer's history.
    Raises: BadInput; Rejected (a well-formed no: nothing was approved); OutcomeUnknown for everything else.
    Source: API reference v1.1, "request/approve", read 2026-11-23.
    """
    more = {} if points is None else {"points": amount(points)}
    return Call(
        name="v1.1.request.approve",
        method="POST",
        path="/v1.1/request/approve",
        body=decision(request_id, kind, comments, more),
        parse=parse_approved,
        dialect="v11",
        entity="request",
        write=True,
        own_verdict=True,
        customer_id=_text(customer_id),
    )


def reject(
    *, request_id: int | str, kind: Kind, comments: str = "", customer_id: int | str | None = None
) -> Call[DecidedRequest]:
    """Reject a pending request. A write; done only when the answer names the request REJECTED.

    `customer_id` is not sent, it puts the call into that customer's history.
    Raises: BadInput; Rejected (a well-formed no: its state stays); OutcomeUnknown.
    Source: API reference v1.1, "request/reject", read 2026-11-23.
    """
    return Call(
        name="v1.1.request.reject",
        method="POST",
        path="/v1.1/request/reject",
        body=decision(request_id, kind, comments, {}),
        parse=parse_rejected,
        dialect="v11",
        entity="request",
        write=True,
        customer_id=_text(customer_id),
    )


def listing(
    *,
    request_type: str = GOODWILL,
    base_type: str = "",
    status: str = "",
    start_date: date | None = None,
    end_date: date | None = None,
    customer_id: int | None = None,
    mobile: str = "",
    email: str = "",
    external_id: str = "",
    start_id: int | None = None,
    end_id: int | None = None,
    offset: int | None = None,
    limit: int | None = None,
) -> Call[RequestPage]:
    """Requests of the organisation, at most 50 at once; nothing found is an empty page.

    `status` is PENDING, APPROVED or REJECTED; `base_type` POINTS or COUPONS (or MOBILE, EMAIL, EXTERNAL_ID,
    MERGE, ADDRESS for `request_type` CHANGE_IDENTIFIER); dates are those of the asking; `start_id` and
    `end_id` are a window of request ids; `offset` counts rows.
    Raises: BadInput for two identifiers at once or no filter at all; CustomerNotFound; Rejected.
    Source: API reference v1.1, "request/get", read 2026-11-23.
    """
    subject = _whom(user_id=customer_id, mobile=mobile, email=email, external_id=external_id)
    params = {
        **subject.params,
        **given(
            type=request_type,
            base_type=base_type,
            status=status,
            start_date=start_date,
            end_date=end_date,
            start_id=start_id,
            end_id=end_id,
            start_limit=offset,
            limit=limit,
        ),
    }
    if not params:
        raise BadInput("Choose at least one filter.", field="request_type")
    return _read("v1.1.request.get", "/v1.1/request/get", params, parse_requests, subject)


def logs(
    *,
    start_date: date,
    end_date: date,
    base_type: str = "POINTS",
    request_type: str = GOODWILL,
    status: str = "",
    request_id: int | None = None,
    added_by: str = "",
    updated_by: str = "",
    one_step: bool | None = None,
    approval_type: str = "",
    customer_id: int | None = None,
    mobile: str = "",
    email: str = "",
    external_id: str = "",
    start_id: int | None = None,
    end_id: int | None = None,
    limit: int | None = None,
) -> Call[LogPage]:
    """Requests with who asked and who acted on them; `base_type` is POINTS or COUPONS, one at a time.

    `added_by` and `updated_by` are the outside's codes of people. The ids of customers are asked for.
    Raises: BadInput for two identifiers at once; CustomerNotFound; Rejected.
    Source: API reference v1.1, "request/logs", read 2026-11-23.
    """
    subject = _whom(customer_id=customer_id, mobile=mobile, email=email, external_id=external_id)
    params = {
        **subject.params,
        **given(
            type=request_type,
            base_type=base_type,
            start_date=start_date,
            end_date=end_date,
            user_id=True,
            status=status,
            request_id=request_id,
            added_by=added_by,
            updated_by=updated_by,
            is_one_step_change=None if one_step is None else str(one_step).lower(),
            approval_type=approval_type,
            start_id=start_id,
            end_id=end_id,
            limit=limit,
        ),
    }
    return _read("v1.1.request.logs", "/v1.1/request/logs", params, parse_logs, subject)


def _read(
    name: str, path: str, params: Mapping[str, str], parse: Callable[[Json], T], subject: Who
) -> Call[T]:
    return Call(
        name=name,
        method="GET",
        path=path,
        params=params,
        parse=parse,
        dialect="v11",
        entity="request",
        identifiers=subject.identifiers,
        customer_id=subject.customer_id,
        about_many=not subject.params,
    )


def _text(value: int | str | None) -> str:
    return "" if value is None else str(value).strip()


def _whom(**named: int | str | None) -> Who:
    """The one customer the list is about, or everybody."""
    return who(**named) if any(value not in (None, "") for value in named.values()) else Who({})
