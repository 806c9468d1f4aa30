"""The two lists inside v1.1 customer/redemptions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from rest_framework.request import Request

from apps.sandbox.api.dates import plain
from apps.sandbox.api.paging import number
from apps.sandbox.api.v11_envelope import between, flag
from apps.sandbox.catalogue import SERIES_BY_ID, STORE_BY_CODE
from apps.sandbox.control import switches
from apps.sandbox.control.switches import seconds
from apps.sandbox.models import CouponUse, Customer, LedgerEntry, Redemption, Reversal


@dataclass(frozen=True)
class Span:
    """How many rows of each list; the finer limits count only when no type is given."""

    points: int
    coupons: int


def windows(request: Request, kind: str) -> Span:
    """Read limit, points_limit and coupons_limit."""
    both = number(request, "limit", 10)
    if kind != "BOTH":
        return Span(both, both)
    return Span(number(request, "points_limit", both), number(request, "coupons_limit", both))


def points_block(request: Request, customer: Customer, span: Span) -> list[dict[str, Any]]:
    """Points redeemed, newest first; external_reference_number and programId narrow."""
    query = request.query_params
    wanted: dict[str, Any] = {
        **_times(request, "at"),
        **_ids(request, "points"),
        **({"external_reference": text} if (text := query.get("external_reference_number")) else {}),
        **({"programme_id": number(request, "programId", 0)} if query.get("programId") else {}),
    }
    # What was booked after this moment a slow copy of the database does not know yet (switch read_lag).
    until = timezone.now() - seconds(switches.of(request).read_lag)
    rows = customer.redemptions.filter(Q(booked_at=None) | Q(booked_at__lte=until), **wanted)
    ordered = rows.prefetch_related("reversals", "ledger").order_by(*_order(request, "at"))[: span.points]
    return [_point(row, until, per_programme=flag(request, "mlp")) for row in ordered]


def coupons_block(request: Request, customer: Customer, span: Span) -> list[dict[str, Any]]:
    """Coupons redeemed, newest first."""
    if request.query_params.get("external_reference_number"):
        return []
    wanted = {**_times(request, "at"), **_ids(request, "coupons")}
    rows = CouponUse.objects.filter(coupon__customer=customer, **wanted).select_related("coupon")
    return [_coupon(use) for use in rows.order_by(*_order(request, "at"))[: span.coupons]]


def _times(request: Request, column: str) -> dict[str, Any]:
    start, end = between(request)
    bounds = {f"{column}__gte": start, f"{column}__lt": end}
    return {name: value for name, value in bounds.items() if value is not None}


def _ids(request: Request, prefix: str) -> dict[str, int]:
    bounds = {"id__gte": f"{prefix}_start_id", "id__lte": f"{prefix}_end_id"}
    query = request.query_params
    return {column: number(request, name, 0) for column, name in bounds.items() if query.get(name)}


def _order(request: Request, time_column: str) -> tuple[str, str]:
    sign = "" if request.query_params.get("order", "desc").lower() == "asc" else "-"
    column = "id" if request.query_params.get("sort") == "redemption_id" else time_column
    return f"{sign}{column}", f"{sign}id"


def _point(row: Redemption, until: datetime, *, per_programme: bool) -> dict[str, Any]:
    store = STORE_BY_CODE[row.store_code]
    shape: dict[str, Any] = {
        "id": row.id,
        "program_id": row.programme_id,
        "points_redeemed": _number(row.points),
        "transaction_number": row.transaction_number,
        "validation_code": row.validation_code,
        "redeemed_time": plain(row.at),
        "redeemed_at": store.name,
        "notes": row.notes,
        "redeemed_store": {"code": store.code, "name": store.name},
        "redeemed_till": {"code": store.till.code, "name": store.till.name},
    }
    entries = sorted(row.ledger.all(), key=lambda entry: entry.id)
    reversals = sorted(row.reversals.all(), key=lambda reversal: reversal.id)
    if seen := [reversal for reversal in reversals if reversal.at <= until]:
        shape["reversals"] = [_reversal(reversal, entries) for reversal in seen]
    if per_programme:
        taken = [entry for entry in entries if entry.kind == LedgerEntry.Kind.REDEEMED]
        shape["redemption_breakup_by_program"] = _breakup(taken, "points_redeemed")
    # Undocumented in the reply; the filter of that name would be of little use without it.
    if row.external_reference:
        shape["external_reference_number"] = row.external_reference
    return shape


def _reversal(reversal: Reversal, entries: list[LedgerEntry]) -> dict[str, Any]:
    given = [entry for entry in entries if entry.reversal_id == reversal.id]
    return {
        "reversal_id": reversal.id,
        "points_reversed": _number(reversal.points),
        "reversal_time": plain(reversal.at),
        "reversed_on_till_id": reversal.till_id,
        "reversal_breakup_by_program": _breakup(given, "points_reversed"),
    }


def _breakup(entries: list[LedgerEntry], name: str) -> list[dict[str, Any]]:
    return [
        {"program_id": entry.programme_id, name: _number(abs(entry.points)), "program_name": ""}
        for entry in entries
    ]


def _coupon(use: CouponUse) -> dict[str, Any]:
    series = SERIES_BY_ID[use.coupon.series_id]
    return {
        "id": str(use.id),
        "code": use.coupon.code,
        "series_id": str(series.id),
        "description": series.description,
        "discount_code": series.discount_code,
        "discount_type": "FLAT" if series.discount_type == "ABS" else "PERC",
        "transaction_number": use.transaction_number,
        "redeemed_time": plain(use.at),
        "redeemed_at": STORE_BY_CODE[use.store_code].name,
    }


def _number(value: Any) -> Any:
    return int(value) if value == value.to_integral_value() else value
