"""v1.1: coupons and notes of a customer."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api.coupon_filters import V11_STATUS
from apps.sandbox.api.dates import day, iso, plain
from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.paging import number
from apps.sandbox.api.v11_envelope import (
    V11View,
    between,
    collect,
    item_status,
    overall,
    reply,
    rows,
    wanted,
)
from apps.sandbox.api.v11_notes import NotesView
from apps.sandbox.api.v11_people import person
from apps.sandbox.api.wire import Envelope
from apps.sandbox.catalogue import STORE_BY_CODE
from apps.sandbox.models import Coupon, CouponUse, Customer

__all__ = ["CouponsView", "NotesView"]


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
