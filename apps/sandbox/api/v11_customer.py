"""v1.1: customer/get with the blocks its flags add."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api import v11_points
from apps.sandbox.api.dates import plain
from apps.sandbox.api.paging import number
from apps.sandbox.api.v11_envelope import (
    V11View,
    collect,
    flag,
    item_status,
    overall,
    reply,
    rows,
    wanted,
)
from apps.sandbox.api.v11_people import FRAUD, person
from apps.sandbox.api.wire import Envelope, NamedList
from apps.sandbox.catalogue import SERIES_BY_ID, STORE_BY_CODE
from apps.sandbox.models import Coupon, Customer

_IDENTIFIERS = ("mobile", "email", "external_id", "card_number", "card_external_id")

_BLOCKS: dict[str, Callable[[Customer], Any]] = {
    "slab_history": v11_points.slab_history,
    "expiry_schedule": v11_points.expiry_schedule,
    "expired_points": v11_points.expired_points,
    "promotion_points": v11_points.promotion_points,
}


class GetView(V11View):
    """GET /v1.1/customer/get: no "response" around its JSON."""

    def get(self, request: Request, format: str | None = None) -> Response:
        """Customers of a comma list, one as an object."""
        pairs = wanted(request, _IDENTIFIERS)
        items, failures = collect(pairs, lambda customer: _customer(request, customer), _retrieved)
        status = overall(len(items), failures)
        status |= {"total": str(len(items)), "success_count": str(len(items) - len(failures))}
        tree = {"status": status, "customers": {"customer": rows(items, single=True)}}
        return reply(request, Envelope(tree, json_wrapper=False), len(items), failures)


def _retrieved() -> dict[str, Any]:
    return item_status(1000, "Customer successfully retrieved", warnings=[])


def _customer(request: Request, customer: Customer) -> dict[str, Any]:
    store = STORE_BY_CODE[customer.store_code]
    lifetime, available, tier = v11_points.headline(customer)
    marked = customer.fraud_at
    shape: dict[str, Any] = {
        **person(customer),
        "lifetime_points": v11_points.text(lifetime),
        "lifetime_purchases": v11_points.text(customer.lifetime_purchases),
        "loyalty_points": v11_points.text(available),
        "current_slab": tier,
        "registered_on": plain(customer.registered_at),
        "updated_on": plain(customer.updated_at),
        "type": customer.loyalty_type.upper(),
        "source": "instore",
        "identifiers": [],
        "gender": customer.gender,
        "registered_by": store.till.name,
        "registered_store": {"code": store.code, "name": store.name},
        "registered_till": {"code": store.till.code, "name": store.till.name},
        "fraud_details": {
            "status": FRAUD.get(customer.fraud_status, customer.fraud_status),
            "marked_by": {"code": store.till.code, "name": store.till.name} if marked else [],
            "modified_on": plain(marked) if marked else [],
        },
        "trackers": [],
        "current_nps_status": [],
        "custom_fields": {"field": rows([{"name": "city", "value": customer.city}], single=True)},
        "extended_fields": {"field": rows(_extended(customer), single=False)},
        "transactions": {"transaction": rows([], single=False)},
        "coupons": NamedList("coupon", _coupons(request, customer)),
        "notes": [],
    }
    return {**shape, **_extra(request, customer)}


def _extra(request: Request, customer: Customer) -> dict[str, Any]:
    extra: dict[str, Any] = {"user_id": str(customer.id)} if flag(request, "user_id") else {}
    if flag(request, "mlp") or flag(request, "points_summary"):
        extra["points_summaries"] = v11_points.summaries(customer)
    if flag(request, "next_slab"):
        extra |= v11_points.next_slab(customer)
    if flag(request, "subscriptions"):
        extra["subscriptions"] = {"subscription": _subscriptions(customer)}
    return extra | {name: build(customer) for name, build in _BLOCKS.items() if flag(request, name)}


def _extended(customer: Customer) -> list[dict[str, str]]:
    return [{"name": name, "value": str(value)} for name, value in customer.extended_fields.items()]


def _subscriptions(customer: Customer) -> list[dict[str, str]]:
    return [
        {
            "channel": row["channel"],
            "priority": row["priority"],
            "scope": "ALL",
            "status": "1" if row["type"] == "OPTIN" else "0",
        }
        for row in customer.subscriptions
    ]


def _coupons(request: Request, customer: Customer) -> list[dict[str, str]]:
    now = timezone.now()
    limit, offset = number(request, "coupon_limit", 100), number(request, "coupon_offset", 0)
    column = "valid_till" if request.query_params.get("coupon_order_by") == "valid_till" else "created_at"
    sign = "" if request.query_params.get("coupon_sort_order") == "asc" else "-"
    coupons: list[Coupon] = list(
        customer.coupons.prefetch_related("uses").order_by(f"{sign}{column}", f"{sign}id")
    )
    if flag(request, "coupon_active"):
        coupons = [coupon for coupon in coupons if coupon.valid_till >= now]
    return [
        {
            "id": str(coupon.id),
            "series_id": str(coupon.series_id),
            "code": coupon.code,
            "description": SERIES_BY_ID[coupon.series_id].description,
            "created_date": plain(coupon.created_at),
            "valid_till": plain(coupon.valid_till),
            "redeemed": "true" if coupon.uses.all() else "false",
        }
        for coupon in coupons[offset : offset + limit]
    ]
