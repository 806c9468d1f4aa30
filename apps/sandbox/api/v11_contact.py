"""v1.1: coupons, notes and referrals of a customer."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api.coupon_filters import V11_STATUS
from apps.sandbox.api.dates import day, iso, plain, plain_tenth
from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.paging import number
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
from apps.sandbox.api.v11_notes import NotesView
from apps.sandbox.api.v11_people import person
from apps.sandbox.api.wire import Envelope
from apps.sandbox.catalogue import STORE_BY_CODE, STORE_BY_TILL
from apps.sandbox.models import Coupon, CouponUse, Customer, Referral

__all__ = ["CouponsView", "NotesView", "ReferralsView"]


class CouponsView(V11View):
    """GET /v1.1/customer/coupons: pagination before the status, one customer."""

    def get(self, request: Request, format: str | None = None) -> Response:
        """Coupons issued or redeemed between the dates, with the status asked for."""
        limit, offset = number(request, "limit", 100), number(request, "offset", 0)
        totals: list[int] = []

        def build(customer: Customer) -> dict[str, Any]:
            coupons = _coupons(request, customer)
            totals.append(len(coupons))
            shapes = [_coupon(coupon) for coupon in coupons[offset : offset + limit]]
            names = person(customer)
            order = ("firstname", "lastname", "email", "mobile", "external_id")
            return {
                **{name: names[name] for name in order},
                "id": str(customer.id),
                "coupons": {"coupon": rows(shapes, single=True)},
            }

        items, failures = collect(
            wanted(request, batch=False), build, lambda: item_status(1000, "Coupons retrieved")
        )
        tree = {
            "pagination": {"limit": str(limit), "offset": str(offset), "total": sum(totals)},
            "status": overall(len(items), failures),
            "customers": {"customer": rows(items, single=True)},
        }
        return reply(request, Envelope(tree, xml="rooted"), len(items), failures)


class ReferralsView(V11View):
    """GET /v1.1/customer/referrals: nulls for what is not known."""

    def get(self, request: Request, format: str | None = None) -> Response:
        """Customers of a comma list with invitees and referees."""
        if request.query_params.get("campaign_token") not in (None, "", "-1", "MAPLEFRIENDS"):
            raise Refusal(1202)
        items, failures = collect(wanted(request), lambda customer: _referrals(request, customer), _listed)
        tree = {
            "status": overall(len(items), failures, style="mixed", message="Success"),
            "customer": rows(items, single=True),
        }
        return reply(request, Envelope(tree, xml="converted"), len(items), failures)


def _listed() -> dict[str, Any]:
    shape = item_status(1000, "Referral statistics retrieved")
    return {**shape, "code": item_status(1000, "", text=False)["code"]}


def _coupons(request: Request, customer: Customer) -> list[Coupon]:
    query, now, (start, end) = request.query_params, timezone.now(), between(request)
    status = query.get("status", "")
    if status and status not in V11_STATUS:
        raise Refusal(400, "status is not valid")
    column = "valid_till" if query.get("order_by") == "valid_till" else "created_at"
    sign = "" if query.get("sort_order", "desc").lower() == "asc" else "-"
    coupons = customer.coupons.prefetch_related("uses").order_by(f"{sign}{column}", f"{sign}id")
    if query.get("series_id"):
        coupons = coupons.filter(series_id=number(request, "series_id", 0))
    return [
        coupon
        for coupon in coupons
        if (not status or V11_STATUS[status](coupon, now))
        and any(
            (start is None or at >= start) and (end is None or at < end)
            for at in (coupon.created_at, *(use.at for use in coupon.uses.all()))
        )
    ]


def _coupon(coupon: Coupon) -> dict[str, Any]:
    uses = list(coupon.uses.all())
    return {
        "id": str(coupon.id),
        "redemption_count": str(len(uses)),
        "created_date": iso(coupon.created_at),
        "valid_till": day(coupon.valid_till),
        "code": coupon.code,
        "transaction_number": coupon.transaction_number,
        "redemptions": {"redemption": rows([_use(use) for use in uses], single=True)},
    }


def _use(use: CouponUse) -> dict[str, Any]:
    store = STORE_BY_CODE[use.store_code]
    return {
        "date": plain(use.at),
        "transaction_number": use.transaction_number,
        "redeemed_at": {"code": store.code, "name": store.name},
    }


def _referrals(request: Request, customer: Customer) -> dict[str, Any]:
    names = person(customer)
    shape: dict[str, Any] = {
        "email": names["email"] or None,
        "mobile": names["mobile"] or None,
        "external_id": names["external_id"] if names["external_id"] != "None" else None,
        "firstname": names["firstname"],
        "lastname": names["lastname"],
        "referral_code": customer.referral_code,
    }
    if flag(request, "only_referral_code"):
        return shape
    start, end = between(request)
    invited = [
        row
        for row in customer.invitations.order_by("-invited_at", "-id").select_related("referee")
        if (start is None or row.invited_at >= start) and (end is None or row.invited_at < end)
    ]
    kinds = [kind for kind in ("MOBILE", "EMAIL") if any(row.type == kind for row in invited)]
    groups = [
        {"type": kind, "invitee": rows([_invitee(row) for row in invited if row.type == kind], single=False)}
        for kind in kinds
    ]
    joined = [_referee(row) for row in invited if row.referee_id]
    return {
        **shape,
        "invitees": {"referral_type": rows(groups, single=False)},
        "referees": {"referee": rows(joined, single=False)},
        "incentives": [],
    }


def _invitee(row: Referral) -> dict[str, Any]:
    till = STORE_BY_TILL[row.till_code].till
    return {
        "identifier": row.identifier,
        "name": row.name,
        "invited_on": plain_tenth(row.invited_at),
        "till": {"code": till.code, "name": till.name},
    }


def _referee(row: Referral) -> dict[str, Any]:
    first, _, last = row.name.partition(" ")
    return {
        "event_type": "REGISTRATION",
        "firstname": first or None,
        "lastname": last or None,
        "mobile": row.identifier if row.type == "MOBILE" else None,
        "email": row.identifier if row.type == "EMAIL" else None,
        "external_id": None,
        "added_on": plain(row.joined_at or row.invited_at),
    }
