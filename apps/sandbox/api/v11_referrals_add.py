"""v1.1: the inviting half of customer/referrals."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api.auth import caller_of
from apps.sandbox.api.dates import iso, parse_invited_on
from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.v11_body import as_list, listed, member, named_customer, sent, text
from apps.sandbox.api.v11_envelope import item_status, overall, reply, rows
from apps.sandbox.api.v11_people import person
from apps.sandbox.api.wire import Envelope
from apps.sandbox.control import switches
from apps.sandbox.goodwill.asking import receiver_of
from apps.sandbox.models import Customer
from apps.sandbox.referrals.campaigns import campaign_named
from apps.sandbox.referrals.inviting import TYPES, Answer, Wish, invite

_IDENTIFIERS = ("mobile", "email", "external_id", "id")
_LARGEST_BATCH = 50


@dataclass(frozen=True)
class _Sent:
    """An invitee as it stood in the body; date is the text of invited_on."""

    wish: Wish
    date: str
    broken: bool


def invited(request: Request) -> Response:
    """Invite whom the body names, customer by customer.

    Texts everywhere, as the sample has it. Each invitee has a block named status: code 100, or the reason.
    The item_status is about the referrer; while nobody at all could be invited it repeats the first reason.
    """
    bodies = listed(request.data, "customer")
    if len(bodies) > _LARGEST_BATCH:
        raise Refusal(1060)
    items: list[dict[str, Any]] = []
    failures: list[int] = []
    for body in bodies:
        try:
            item, failed = _invited(request, body)
        except Refusal as error:
            item, failed = {**sent(body, _IDENTIFIERS), "item_status": _no(error)}, error.code
        items.append(item)
        failures += [failed] if failed else []
    status = overall(len(items), failures, message="SUCCESS")
    tree = {"status": status, "customers": {"customer": rows(items, single=True)}}
    return reply(request, Envelope(tree, xml="converted"), len(items), failures)


def _invited(request: Request, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """The item, and the code it failed with; nought when somebody was invited."""
    asked = named_customer(body, _IDENTIFIERS)
    customer = receiver_of(asked, switches.of(request).merged)
    referrals = member(body, "referrals")
    campaign = campaign_named(text(referrals, "campaign_token"))
    wishes = [_wish(group, row) for group, row in _pairs(referrals)]
    if not wishes:
        raise Refusal(400, "There is nobody to invite")
    caller = caller_of(request)
    good = [one.wish for one in wishes if not one.broken]
    told = iter(invite(customer, campaign, caller.store.till.code if caller else "", good))
    answers = [
        Answer(one.wish, refusal=Refusal(400, "invited_on is not a date")) if one.broken else next(told)
        for one in wishes
    ]
    reasons = [answer.refusal for answer in answers if answer.refusal is not None]
    failed = reasons[0] if len(reasons) == len(answers) else None
    status = _no(failed) if failed else item_status(1000, "Referrals invited")
    warnings = {"warnings": {"warning": ["91009"]}} if asked.merged_into_id and not failed else {}
    shape = {**_names(customer), "referrals": _groups(wishes, answers), "item_status": {**status, **warnings}}
    return shape, failed.code if failed else 0


def _pairs(referrals: Any) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    groups = as_list(member(referrals, "referral_type"))
    return [(group, row) for group in groups for row in as_list(group.get("referral"))]


def _wish(group: dict[str, Any], row: dict[str, Any]) -> _Sent:
    date = text(row, "invited_on")
    moment, broken = _read(date)
    wish = Wish(
        type=text(group, "type"),
        identifier=text(row, "identifier"),
        name=text(row, "name"),
        local_id=text(row, "id"),
        invited_at=moment,
    )
    return _Sent(wish, date, broken)


def _read(date: str) -> tuple[datetime | None, bool]:
    try:
        return (parse_invited_on(date) if date.strip() else None), False
    except ValueError:
        return None, True


def _names(customer: Customer) -> dict[str, str]:
    names = person(customer)
    return {
        "email": names["email"],
        "mobile": names["mobile"],
        "external_id": names["external_id"] if names["external_id"] != "None" else "",
        "id": str(customer.id),
        "firstname": names["firstname"],
        "lastname": names["lastname"],
    }


def _groups(wishes: list[_Sent], answers: list[Answer]) -> dict[str, Any]:
    by_type: dict[str, list[dict[str, Any]]] = {}
    for one, answer in zip(wishes, answers, strict=True):
        kind = TYPES.get(one.wish.type.upper(), one.wish.type)
        by_type.setdefault(kind, []).append(_invitee(one, answer))
    groups = [{"type": kind, "referral": rows(some, single=False)} for kind, some in by_type.items()]
    return {"referral_type": rows(groups, single=False)}


def _invitee(one: _Sent, answer: Answer) -> dict[str, Any]:
    good = item_status(100, "Invitee added")
    return {
        "id": one.wish.local_id,
        "name": one.wish.name,
        "identifier": answer.row.identifier if answer.row else one.wish.identifier,
        "invited_on": _printed(one, answer),
        "status": _no(answer.refusal) if answer.refusal else good,
    }


def _printed(one: _Sent, answer: Answer) -> str:
    if one.broken:
        return one.date
    moment = answer.row.invited_at if answer.row else one.wish.invited_at or timezone.now()
    # The sample answers a date that was sent with a space inside it with a space before it.
    return f"{' ' if ' T' in one.date else ''}{iso(moment)}"


def _no(error: Refusal) -> dict[str, Any]:
    return item_status(error.code, error.message, success=False)
