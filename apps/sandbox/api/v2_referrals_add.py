"""v2: the inviting half of customers/{id}/referrals."""

from datetime import datetime
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api.auth import caller_of
from apps.sandbox.api.dates import parse_invited_on
from apps.sandbox.api.errors import Refusal, http_status, v2_problem
from apps.sandbox.api.identifiers import find_anywhere
from apps.sandbox.api.v2_customers import unmerged
from apps.sandbox.api.v11_body import as_list, member, text
from apps.sandbox.control import switches
from apps.sandbox.models import Customer
from apps.sandbox.referrals.campaigns import campaign_named
from apps.sandbox.referrals.inviting import Wish, invite

_IDENTIFIERS = {"id": "id", "mobile": "mobile", "email": "email", "externalId": "external_id"}
Pair = tuple[dict[str, Any], dict[str, Any]]


def invited(request: Request, customer_id: int | None) -> Response:
    """Invite whom the body names; answers the body with neither status nor warnings nor errors, as the sample.

    Who was refused is missing from it, and errors then names everybody with the reason; under v2_invited=echoed
    all of it comes back as if it had gone well, and only reading tells.
    The reference calls this no batch: one entry of customerReferrals. A batch is refused with 1060.
    """
    entries = as_list(member(request.data, "customerReferrals"))
    if not entries:
        raise Refusal(403, "Field customerReferrals is mandatory")
    if len(entries) > 1:
        raise Refusal(1060)
    entry = entries[0]
    customer, warnings = _referrer(request, member(entry, "customer"), customer_id)
    taken, problems = _invite(request, customer, entry)
    silent = switches.of(request).v2_invited == "echoed"
    echo = {**entry, "referrals": entry["referrals"] if silent else taken}
    told = {} if silent or not problems else {"errors": [v2_problem(*each) for each in problems]}
    noted = {"warnings": warnings} if warnings or told else {}
    failed = bool(told) and not taken
    body = {"customerReferrals": [echo], **noted, **told}
    return Response(body, status=http_status(request, problems[0][0]) if failed else 200)


def _referrer(request: Request, body: Any, customer_id: int | None) -> tuple[Customer, list[dict[str, Any]]]:
    """Raises Refusal 400 when body and address name two, 403 when nobody is named, or as the lookups do."""
    name = next((name for name in _IDENTIFIERS if text(body, name).strip()), None)
    if name is None and customer_id is None:
        raise Refusal(403, "Field customer is mandatory")
    named = _named(_IDENTIFIERS[name], text(body, name).strip()) if name else customer_id
    if customer_id is not None and named != customer_id:
        raise Refusal(400, "The customer of the body is not the one of the address")
    return unmerged(request, named or 0)


def _named(kind: str, value: str) -> int:
    try:
        return find_anywhere(kind, value).id
    except Refusal as error:
        # The same finding speaks in the codes of v1.1.
        raise Refusal(8015 if error.code in (1011, 1012) else 8013) from error


def _invite(
    request: Request, customer: Customer, entry: dict[str, Any]
) -> tuple[list[dict[str, Any]], list[tuple[int, str]]]:
    """The groups of those invited as they were sent, and (code, message) of each refused."""
    campaign = campaign_named(text(entry, "campaignToken"))
    pairs = [
        (group, row) for group in as_list(entry.get("referrals")) for row in as_list(group.get("referral"))
    ]
    if not pairs:
        raise Refusal(403, "Field referrals is mandatory")
    caller = caller_of(request)
    wishes = [_wish(group, row) for group, row in pairs]
    answers = invite(customer, campaign, caller.store.till.code if caller else "", wishes)
    told = list(zip(pairs, answers, strict=True))
    problems = [
        (answer.refusal.code, f"{answer.wish.identifier}: {answer.refusal.message}")
        for _, answer in told
        if answer.refusal is not None
    ]
    return _grouped([pair for pair, answer in told if answer.row is not None]), problems


def _grouped(pairs: list[Pair]) -> list[dict[str, Any]]:
    by_type: dict[str, list[dict[str, Any]]] = {}
    for group, row in pairs:
        by_type.setdefault(text(group, "type"), []).append(row)
    return [{"type": kind, "referral": some} for kind, some in by_type.items()]


def _wish(group: dict[str, Any], row: dict[str, Any]) -> Wish:
    return Wish(
        type=text(group, "type"),
        identifier=text(row, "identifier"),
        name=text(row, "name"),
        invited_at=_moment(text(row, "invitedOn")),
    )


def _moment(written: str) -> datetime | None:
    """Raises Refusal 400 for the whole call: where there is no status of a row, there is no half of a body."""
    try:
        return parse_invited_on(written) if written.strip() else None
    except ValueError as error:
        raise Refusal(400, "invitedOn is not a date") from error
