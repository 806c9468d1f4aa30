"""v1.1: coupon/series, everything as text."""

from typing import Any

from django.db.models import Count
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.v11_envelope import V11View, item_status, overall, reply, rows
from apps.sandbox.api.wire import Envelope
from apps.sandbox.catalogue import COUPON_DAYS, COUPON_SERIES, SERIES_BY_ID, CouponSeries
from apps.sandbox.models import Coupon, CouponUse

_XML_ONLY_EMPTY = frozenset({"sms_template", "dvs_items", "tag", "campaign_name", "purpose", "metadata"})
_FLAGS = (
    "transferrable",
    "any_user",
    "same_user_multiple_redeem",
    "allow_referral_existing_users",
    "multiple_use",
    "is_validation_required",
    "disable_sms",
    "do_not_resend_existing_voucher",
    "dvs_enabled",
    "old_flow_enabled",
    "pre_redeem_event_required",
)
_LIMITS = (
    "max_create",
    "max_redeem",
    "max_vouchers_per_user",
    "min_days_between_vouchers",
    "max_referrals_per_referee",
    "campaign_id",
    "max_redemptions_in_series_per_user",
    "min_days_between_redemption",
    "source_org_id",
)
_FIXED: dict[str, Any] = {
    **dict.fromkeys(_FLAGS, "0"),
    **dict.fromkeys(_LIMITS, "-1"),
    **dict.fromkeys(_XML_ONLY_EMPTY, ""),
    "series_type": "CAMPAIGN",
    "client_handling_type": "DISC_CODE",
    "valid_days_from_create": str(COUPON_DAYS),
    "expiry_strategy_type": "DAYS",
    "expiry_strategy_value": str(COUPON_DAYS),
    "valid_with_discounted_item": "true",
    "created_by": "75000",
    "created": "2023-01-09 10:00:00",
    "last_used": "2026-06-01 12:00:00",
    "info": "",
    "allow_multiple_vouchers_per_user": "1",
    "mutual_exclusive_series_ids": "[-1]",
    "store_ids_json": "[-1]",
    "priority": "0",
    "short_sms_template": "{{voucher}}",
    "discount_on": "BILL",
    "redemption_range": '{"dom":["-1"],"dow":["-1"],"hours":["-1"]}',
    "min_bill_amount": "0",
    "max_bill_amount": "0",
    "redeem_at_store": "[-1]",
    "redemption_valid_from": "1970-01-01",
    "issue_to_loyalty": "1",
    "redeem_store_type": "redeemable_stores",
    "offline_redemption_enabled": "false",
    "valid_redemption_org_entities": {"concepts": None, "zones": None, "stores": None, "tills": "[]"},
    "products": "",
    "brands": "",
    "categories": "",
}


class SeriesView(V11View):
    """GET /v1.1/coupon/series[?id=][&expired=true|false|extended]: several ids by comma, all without any.

    The reference has no field that says which of them goodwill may use. extended is not explained there and
    narrows nothing here.
    """

    def get(self, request: Request, format: str | None = None) -> Response:
        """Each series with its own status; 707 for an unknown one."""
        counts = _counts()
        items, failures = [], []
        for number in _wanted(request):
            series = SERIES_BY_ID.get(int(number)) if number.isascii() and number.isdigit() else None
            if series is None:
                failures.append(707)
                problem = Refusal(707)
                items.append({"id": number, "item_status": item_status(707, problem.message, success=False)})
            else:
                items.append(_shape(series, *counts.get(series.id, (0, 0))))
        tree = {
            "status": overall(len(items), failures),
            "series": {"items": {"item": rows(items, single=True)}},
        }
        return reply(request, Envelope(tree, json_without_empty=_XML_ONLY_EMPTY), len(items), failures)


def _wanted(request: Request) -> list[str]:
    text, expired = request.query_params.get("id", ""), request.query_params.get("expired", "")
    if expired not in ("", "true", "false", "extended"):
        raise Refusal(400, "expired is not valid")
    if text:
        return [number.strip() for number in text.split(",")]
    today = timezone.localdate()
    chosen = [
        series
        for series in COUPON_SERIES
        if expired in ("", "extended") or (series.valid_till < today) == (expired == "true")
    ]
    return [str(series.id) for series in chosen]


def _counts() -> dict[int, tuple[int, int]]:
    issued = Coupon.objects.values_list("series_id").annotate(count=Count("id"))
    used = dict(CouponUse.objects.values_list("coupon__series_id").annotate(count=Count("id")))
    return {series_id: (count, used.get(series_id, 0)) for series_id, count in issued}


def _shape(series: CouponSeries, issued: int, redeemed: int) -> dict[str, Any]:
    return {
        "id": str(series.id),
        "description": series.description,
        "discount_code": series.discount_code,
        "valid_till_date": series.valid_till.isoformat(),
        "dvs_expiry_date": series.valid_till.isoformat(),
        "series_code": f"S{series.id}",
        "discount_type": series.discount_type,
        "discount_value": str(series.discount_value),
        "coupons": {"issued": str(issued), "redeemed": str(redeemed)},
        **_FIXED,
        "item_status": item_status(700, "Coupon series fetched successfully"),
    }
