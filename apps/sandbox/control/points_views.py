"""Redemptions, reversals, codes: all that is stored of them, also what no call of the API tells."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from apps.sandbox.api.errors import Refusal
from apps.sandbox.catalogue import STORE_BY_CODE
from apps.sandbox.control import switches
from apps.sandbox.control.open import ControlView, values
from apps.sandbox.control.points import credit, redeem_elsewhere, reverse_elsewhere
from apps.sandbox.models import LedgerEntry, OneTimeCode, Redemption, Reversal
from apps.sandbox.points.codes import holds
from apps.sandbox.points.reversing import remaining_of

_SHOWN = 100
# What narrows a list → its column.
_REDEMPTIONS = {
    "customer_id": "customer_id",
    "external_reference_number": "external_reference",
    "code": "code",
}
_REVERSALS = {
    "customer_id": "redemption__customer_id",
    "external_reference_number": "redemption__external_reference",
    "redemption_code": "redemption__code",
}


class RedemptionsView(ControlView):
    """Redemptions as stored; orders for new ones."""

    def get(self, request: Request) -> Response:
        """?customer_id= &external_reference_number= &code= → {count, redemptions: the newest hundred}."""
        rows = Redemption.objects.prefetch_related("ledger").order_by("-id")
        return _listed(request, "redemptions", rows, _REDEMPTIONS, told_redemption)

    def post(self, request: Request) -> Response:
        """{customer_id, points, programme_id, across, till, external_reference_number, …} → the redemption."""
        return _carried_out(lambda: told_redemption(redeem_elsewhere(values(request))))


class ReversalsView(ControlView):
    """Reversals as stored; orders for new ones."""

    def get(self, request: Request) -> Response:
        """?customer_id= &external_reference_number= &redemption_code= → {count, reversals: the newest hundred}."""
        rows = Reversal.objects.select_related("redemption").prefetch_related("ledger").order_by("-id")
        return _listed(request, "reversals", rows, _REVERSALS, told_reversal)

    def post(self, request: Request) -> Response:
        """{redemption: short id or number, points (all that remains), till} → the reversal."""
        return _carried_out(lambda: told_reversal(reverse_elsewhere(values(request))))


class CodesView(ControlView):
    """One-time codes, newest first."""

    def get(self, request: Request) -> Response:
        """?customer_id= → {count, codes: the newest hundred}."""
        return _listed(
            request, "codes", OneTimeCode.objects.order_by("-id"), {"customer_id": "customer_id"}, told_code
        )


class CreditsView(ControlView):
    """Points given by nobody's till, for whoever needs a customer with more of them."""

    def post(self, request: Request) -> Response:
        """{customer_id, points, programme_id, expires_on} → {points, expires_on}."""
        return _carried_out(lambda: credit(values(request)))


def told_redemption(row: Redemption) -> dict[str, Any]:
    """The whole row with its parts and what of it can still be given back; moments in ISO form and UTC."""
    taken = [entry for entry in row.ledger.all() if entry.kind == LedgerEntry.Kind.REDEEMED]
    return {
        "id": row.id,
        "code": row.code,
        "customer_id": row.customer_id,
        "programme_id": row.programme_id,
        "points": row.points,
        "remaining": sum((part.points for part in remaining_of(row)), Decimal(0)),
        "parts": [{"programme_id": entry.programme_id, "points": -entry.points} for entry in taken],
        "at": _iso(row.at),
        "booked_at": _iso(row.booked_at),
        "till": STORE_BY_CODE[row.store_code].till.code,
        "transaction_number": row.transaction_number,
        "external_reference_number": row.external_reference,
        "validation_code": row.validation_code,
        "notes": row.notes,
        "purpose": row.purpose,
        "mode": row.mode,
    }


def told_reversal(row: Reversal) -> dict[str, Any]:
    """The whole row; expired is what of it ended at once, because its time was over."""
    entries = row.ledger.all()
    expired = [entry.points for entry in entries if entry.kind == LedgerEntry.Kind.EXPIRED]
    return {
        "id": row.id,
        "code": row.code,
        "redemption_id": row.redemption_id,
        "redemption_code": row.redemption.code,
        "customer_id": row.redemption.customer_id,
        "external_reference_number": row.redemption.external_reference,
        "points": row.points,
        "expired": -sum(expired, Decimal(0)),
        "at": _iso(row.at),
        "till_id": row.till_id,
    }


def told_code(row: OneTimeCode) -> dict[str, Any]:
    """The whole row, and whether the code would be taken now."""
    return {
        "id": row.id,
        "customer_id": row.customer_id,
        "code": row.code,
        "points": row.points,
        "issued_at": _iso(row.issued_at),
        "sent": row.sent,
        "wrong": row.wrong,
        "used_at": _iso(row.used_at),
        "holds": holds(row, switches.current()),
    }


def _listed(
    request: Request,
    name: str,
    rows: QuerySet[Any],
    columns: Mapping[str, str],
    told: Callable[[Any], dict[str, Any]],
) -> Response:
    given = {column: text for key, column in columns.items() if (text := request.query_params.get(key))}
    if any(key.endswith("customer_id") and not text.isdigit() for key, text in given.items()):
        return Response({"error": "An id is a number."}, status=422)
    found = rows.filter(**given)
    return Response({"count": found.count(), name: [told(row) for row in found[:_SHOWN]]})


def _carried_out(act: Callable[[], dict[str, Any]]) -> Response:
    try:
        return Response(act(), status=201)
    except Refusal as error:
        return Response({"error": error.message, "code": error.code}, status=409)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
