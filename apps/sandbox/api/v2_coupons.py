"""v2: coupons of a customer, in the basic and in the detailed form."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.sandbox.api.coupon_filters import V2_STATUS
from apps.sandbox.api.dates import iso
from apps.sandbox.api.errors import Refusal, v2_problem
from apps.sandbox.api.identifiers import Place, find
from apps.sandbox.api.paging import window
from apps.sandbox.api.v2_customers import customer_or_refusal, unmerged
from apps.sandbox.api.v2_series import series_shape
from apps.sandbox.api.wire import Code, Success
from apps.sandbox.catalogue import ORG_ID, SERIES_BY_ID, STORE_BY_CODE
from apps.sandbox.models import Coupon, Customer


class BasicView(APIView):
    """GET /v2/customers/coupons?mobile=|email=|externalId=|id=: several values by comma."""

    def get(self, request: Request) -> Response:
        """Customers with their coupons; who is not found becomes an error beside the others."""
        kind = next(
            (name for name in ("mobile", "email", "externalId", "id") if name in request.query_params), ""
        )
        if not kind:
            raise Refusal(400, "An identifier is needed")
        customers, problems = _customers(kind, request.query_params[kind].split(","))
        if not customers:
            raise Refusal(8015)
        limit, offset = window(request, default=100)
        shapes = [_with_coupons(request, customer, limit, offset) for customer in customers]
        total = sum(count for _, count in shapes)
        page = {"limit": str(limit), "offset": str(offset), "total": total}
        return Response(
            {
                "entity": {"pagination": page, "customers": [shape for shape, _ in shapes]},
                "warnings": [],
                "errors": problems,
                "success": Success(not problems, False),
            }
        )


class DetailedView(APIView):
    """GET /v2/customers/{id}/coupons: each with its whole series, no pagination."""

    def get(self, request: Request, customer_id: int) -> Response:
        """Newest first."""
        customer, warnings = unmerged(request, customer_id)
        coupons = customer.coupons.prefetch_related("uses").order_by("-created_at", "-id")
        return Response(
            {
                "entity": [_detailed(coupon) for coupon in coupons],
                "warnings": warnings,
                "errors": [],
                "success": Success(True, False),
            }
        )


def _customers(kind: str, values: list[str]) -> tuple[list[Customer], list[dict[str, Any]]]:
    customers, problems = [], []
    for value in values:
        try:
            number = (
                (int(value) if value.isdigit() else -1) if kind == "id" else find(kind, value, Place("ALL"))
            )
            customers.append(customer_or_refusal(number))
        except Refusal as error:
            problems.append(v2_problem(error.code, error.message))
    return customers, problems


def _with_coupons(
    request: Request, customer: Customer, limit: int, offset: int
) -> tuple[dict[str, Any], int]:
    now, status = timezone.now(), request.query_params.get("status")
    if status and status not in V2_STATUS:
        raise Refusal(400, "status is not valid")
    rows = customer.coupons.prefetch_related("uses").order_by("-created_at", "-id")
    coupons = [coupon for coupon in rows if not status or V2_STATUS[status](coupon, now)]
    profile = customer.profiles.order_by("id").first()
    mobile = customer.identifiers.filter(kind="mobile").order_by("id").first()
    shape = {
        "firstname": profile.first_name if profile else "",
        "lastname": profile.last_name if profile else "",
        "mobile": mobile.value if mobile else "",
        "id": customer.id,
        "coupons": [_basic(coupon) for coupon in coupons[offset : offset + limit]],
    }
    return shape, len(coupons)


def _basic(coupon: Coupon) -> dict[str, Any]:
    series, uses = SERIES_BY_ID[coupon.series_id], list(coupon.uses.all())
    return {
        "code": coupon.code,
        "seriesId": coupon.series_id,
        "description": series.description,
        "validTill": iso(coupon.valid_till),
        "discountType": series.discount_type,
        "discountValue": float(series.discount_value),
        "discountUpto": float(series.discount_upto),
        "redemptionCount": len(uses),
        "redemptionsLeft": 0 if uses else 1,
        "id": coupon.id,
        "createdDate": iso(coupon.created_at),
        "transactionNumber": coupon.transaction_number,
        "issuedAt": _place(coupon.store_code),
        "redemptions": [
            {
                "date": iso(use.at),
                "transactionNumber": use.transaction_number,
                "redeemedAt": _place(use.store_code),
            }
            for use in uses
        ],
    }


def _detailed(coupon: Coupon) -> dict[str, Any]:
    series, uses, store = (
        SERIES_BY_ID[coupon.series_id],
        list(coupon.uses.all()),
        STORE_BY_CODE[coupon.store_code],
    )
    return {
        "id": coupon.id,
        "seriesId": coupon.series_id,
        "series": series_shape(series),
        "code": coupon.code,
        "description": series.description,
        "createdDate": iso(coupon.created_at),
        "validTill": iso(coupon.valid_till),
        "isRedeemed": bool(uses),
        "issuedTo": coupon.customer_id,
        "issuedBy": store.till.id,
        "orgId": ORG_ID,
        "refId": coupon.id,
        "issuedAt": {
            "id": store.id,
            "code": store.code,
            "description": "",
            "name": store.name,
            "type": "STORE",
            "adminType": "GENERAL",
            "isOrgUnit": False,
        },
        "status": _status(700, "Coupon processed"),
        "couponDiscountType": series.discount_type,
        "issuedOn": iso(coupon.created_at),
        "activeFrom": iso(coupon.created_at),
        "redemptionsLeft": 0 if uses else 1,
        "couponStatus": _status(200, "Success"),
        "redemptionInfo": [],
        "discountType": False,
        "discountValue": series.discount_value,
        "discountUpto": series.discount_upto,
        "redeemed": bool(uses),
        "seriesName": series.description,
        "trimmedCode": coupon.code,
    }


def _status(code: int, message: str) -> dict[str, Any]:
    return {
        "statusCode": {"status": Success(True, False), "code": Code(code, False), "message": message},
        "warnings": [],
        "warningsAsStatusCode": [],
        "code": Code(code, False),
        "success": Success(True, False),
        "message": message,
    }


def _place(store_code: str) -> dict[str, str]:
    store = STORE_BY_CODE[store_code]
    return {"code": store.code, "name": store.name}
