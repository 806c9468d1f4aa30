"""v1.1: whom customers invited and who came, and inviting more."""

from datetime import datetime
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api.auth import caller_of
from apps.sandbox.api.dates import plain, plain_tenth
from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.v11_envelope import (
    V11View,
    between,
    collect,
    flag,
    item_status,
    overall,
    reply,
    rows,
    wanted,
)
from apps.sandbox.api.v11_people import people, person
from apps.sandbox.api.v11_referrals_add import invited
from apps.sandbox.api.wire import Envelope
from apps.sandbox.catalogue import STORE_BY_CODE, STORE_BY_TILL
from apps.sandbox.control import switches
from apps.sandbox.models import Customer, Referral
from apps.sandbox.referrals.campaigns import Campaign, campaign_named, code_in
from apps.sandbox.referrals.reading import Event, events_of, known_person, rewarded


class ReferralsView(V11View):
    """GET and POST /v1.1/customer/referrals.

    Where the organisation has no v1.1 referrals (switch) it answers 406; the reference names no code for that.
    """

    def get(self, request: Request, format: str | None = None) -> Response:
        """Customers of a comma list in one campaign: who was invited, who came, what was earned."""
        check_switched_on(request)
        campaign = campaign_named(request.query_params.get("campaign_token", ""))
        _store_asked(request)
        items, failures = collect(
            wanted(request), lambda customer: _statistics(request, customer, campaign), _listed
        )
        tree = {
            "status": overall(len(items), failures, style="mixed", message="Success"),
            "customer": rows(items, single=True),
        }
        return reply(request, Envelope(tree, xml="converted"), len(items), failures)

    def post(self, request: Request, format: str | None = None) -> Response:
        """Invite whom the body names; every invitee has a status of their own."""
        check_switched_on(request)
        return invited(request)


def check_switched_on(request: Request) -> None:
    """Raises Refusal 406 while the switch says so, 1222 while the referral system fails."""
    chosen = switches.of(request).referrals
    if chosen in ("v2", "off"):
        raise Refusal(406)
    if chosen == "failing":
        raise Refusal(1222)


def _listed() -> dict[str, Any]:
    shape = item_status(1000, "Referral statistics retrieved")
    return {**shape, "code": item_status(1000, "", text=False)["code"]}


def _statistics(request: Request, customer: Customer, campaign: Campaign) -> dict[str, Any]:
    names = person(customer)
    shape: dict[str, Any] = {
        "email": names["email"] or None,
        "mobile": names["mobile"] or None,
        "external_id": _external_id(names),
        "firstname": names["firstname"],
        "lastname": names["lastname"],
        "referral_code": code_in(customer, campaign),
    }
    if flag(request, "only_referral_code"):
        return shape
    mine, bare = _of_store(request, customer, campaign), switches.of(request).referees == "nulls"
    period = between(request)
    invited_ones = [row for row in mine if _within(period, row.invited_at)]
    groups = [
        {"type": kind, "invitee": rows([_invitee(row) for row in chosen], single=False)}
        for kind in ("MOBILE", "EMAIL")
        if (chosen := [row for row in invited_ones if row.type == kind])
    ]
    events = [event for event in events_of(mine) if _within(period, event.at)]
    return {
        **shape,
        "invitees": {"referral_type": rows(groups, single=False)},
        "referees": {"referee": rows(_referees(events, bare=bare), single=False)},
        "incentives": rows([] if bare else _incentives(rewarded(mine)), single=False),
    }


def _store_asked(request: Request) -> str:
    """The code of the store whose invitations count; empty for all. Raises Refusal 1150."""
    caller, asked = caller_of(request), request.query_params.get("store_code", "")
    if asked.lower() == "all":
        return ""
    if asked and asked not in STORE_BY_CODE:
        raise Refusal(1150)
    return asked or (caller.store.code if caller else "")


def _of_store(request: Request, customer: Customer, campaign: Campaign) -> list[Referral]:
    store = _store_asked(request)
    mine = customer.invitations.filter(campaign_token=campaign.token).order_by("-invited_at", "-id")
    return [
        row
        for row in mine.select_related("referrer_coupon", "referee")
        if not store or STORE_BY_TILL[row.till_code].code == store
    ]


def _within(period: tuple[datetime | None, datetime | None], at: datetime) -> bool:
    start, end = period
    return (start is None or at >= start) and (end is None or at < end)


def _invitee(row: Referral) -> dict[str, Any]:
    till = STORE_BY_TILL[row.till_code].till
    return {
        "identifier": row.identifier,
        "name": row.name,
        "invited_on": plain_tenth(row.invited_at),
        "till": {"code": till.code, "name": till.name},
    }


def _referees(events: list[Event], *, bare: bool) -> list[dict[str, Any]]:
    known = people(event.customer for event in events)
    return [
        {
            "event_type": event.type,
            **known_person(known[event.customer.id], hidden=bare or event.row.hidden),
            "added_on": plain(event.at),
        }
        for event in events
    ]


def _external_id(names: dict[str, str]) -> str | None:
    return names["external_id"] if names["external_id"] != "None" else None


def _incentives(given: list[Referral]) -> list[dict[str, Any]]:
    """The look-alike's own shape: the reference shows none but an empty list."""
    known = people(row.referee for row in given if row.referee)
    return [
        {
            "type": "COUPON",
            "code": row.referrer_coupon.code if row.referrer_coupon else "",
            "series_id": str(row.referrer_coupon.series_id) if row.referrer_coupon else "",
            "issued_on": plain(row.rewarded_at or row.invited_at),
            **known_person(known.get(row.referee_id or 0, {}), hidden=row.hidden),
        }
        for row in given
    ]
