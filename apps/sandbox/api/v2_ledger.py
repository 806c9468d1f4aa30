"""v2: the points ledger of a customer – closing balances, and the events that made them."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.sandbox.api.dates import plain_tenth
from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.identifiers import find, place_of
from apps.sandbox.api.paging import number
from apps.sandbox.api.v2_customers import unmerged
from apps.sandbox.api.v2_ledger_filters import CATEGORIES, moment, narrowed, one_of
from apps.sandbox.catalogue import PROGRAMME_BY_ID, STORE_BY_CODE, STORES
from apps.sandbox.control import switches
from apps.sandbox.models import Customer, LedgerEntry

Kind = LedgerEntry.Kind
_IDENTIFIERS = frozenset({"mobile", "email", "externalId", "cardnumber", "cardExternalId"})
# The reference names the first six; the others, goodwill among them, are this look-alike's words.
_EVENTS = {
    Kind.EARNED: "TransactionAdd",
    Kind.REDEEMED: "PointsRedemption",
    Kind.PROMISED: "DelayedAccrual",
    Kind.EXPIRED: "PointsExpiry",
    Kind.RETURNED: "ReturnBill",
    Kind.REVERSED: "PointsRedemptionReversal",
    Kind.ADJUSTED: "ManualPointsAdjustment",
    Kind.GOODWILL: "GoodwillPoints",
}
_LARGEST_PAGE = 10


class BalanceView(APIView):
    """GET /v2/pointsLedger/getCustomerLedgerBalance: each category of each programme at endDate (or now)."""

    def get(self, request: Request) -> Response:
        """Closing balances as text with three places."""
        customer, warnings = _customer(request)
        until = moment(request, "endDate") or timezone.now()
        rows = _closing(customer, until, one_of(request, "pointCategoryType", CATEGORIES))
        page, details = _paged(request, rows)
        return Response(
            {
                "customerDetails": _details(customer),
                "ledgerDetails": {**details, "ledgerClosingBalance": page},
                "warnings": warnings,
            }
        )


class InformationView(APIView):
    """GET /v2/pointsLedger/getCustomerLedgerInfo: events from startDate to endDate, oldest first.

    A week when only one of the two is given, the last week without both, at most thirty days.
    """

    def get(self, request: Request) -> Response:
        """Events of at most ten a page; amounts are text with differing places, as in the sample."""
        customer, warnings = _customer(request)
        entries = narrowed(request, LedgerEntry.objects.filter(customer=customer)).order_by("at", "id")
        page, details = _paged(request, list(entries.select_related("transaction")))
        return Response(
            {
                "customerDetails": _details(customer),
                "ledgerDetails": details,
                "ledgerEntries": [_event(entry) for entry in page],
                "warnings": warnings,
            }
        )


def _customer(request: Request) -> tuple[Customer, list[dict[str, Any]]]:
    query = request.query_params
    # The reference misspells the parameter here, and only here.
    place = place_of(query.get("source"), query.get("acountId") or query.get("accountId"))
    if query.get("identifierName", "") not in _IDENTIFIERS:
        raise Refusal(8013)
    return unmerged(request, find(query["identifierName"], query.get("identifierValue", ""), place))


def _details(customer: Customer) -> dict[str, Any]:
    known = customer.identifiers.filter(kind="externalId").order_by("id").first()
    return {"userId": customer.id, "externalId": known.value if known else "", "entityType": "CUSTOMER"}


def _closing(customer: Customer, until: datetime, category: str) -> list[dict[str, Any]]:
    sums = LedgerEntry.objects.filter(customer=customer, at__lte=until).values("programme_id")
    promised = Q(kind=Kind.PROMISED)
    totals = {
        (row["programme_id"], name): row["sum"] or Decimal(0)
        for name, chosen in (("PROMISED", promised), ("REGULAR", ~promised))
        for row in sums.filter(chosen).annotate(sum=Sum("points"))
    }
    joined = customer.enrolments.order_by("programme_id").values_list("programme_id", flat=True)
    return [
        {
            "pointsCategory": shown,
            "programName": PROGRAMME_BY_ID[programme_id].title,
            "programId": programme_id,
            "closingBalance": f"{totals.get((programme_id, name), Decimal(0)):.3f}",
        }
        for programme_id in joined
        for name, shown in CATEGORIES.items()
        if category in ("", name)
    ]


def _paged(request: Request, rows: Sequence[Any]) -> tuple[Sequence[Any], dict[str, int]]:
    size = min(max(number(request, "limit", _LARGEST_PAGE), 1), _LARGEST_PAGE)
    offset = number(request, "offset", 0)
    page = offset // size if switches.of(request).ledger_offset == "row" else offset
    start = offset if switches.of(request).ledger_offset == "row" else offset * size
    return rows[start : start + size], {
        "pageNumber": page,
        "pageSize": size,
        "totalEntries": len(rows),
        "pageCount": -(-len(rows) // size),
    }


def _event(entry: LedgerEntry) -> dict[str, Any]:
    store = STORE_BY_CODE.get(entry.store_code, STORES[0])
    bill = entry.transaction
    detail = {"transactionId": bill.id, "transactionNumber": bill.number} if bill else None
    row = {
        "eventLogId": entry.id,
        "eventName": _EVENTS[Kind(entry.kind)],
        "ledgerCreatedDate": plain_tenth(entry.at),
        "entryDetails": [
            {
                "ledgerEntryType": "CREDIT" if entry.points > 0 else "DEBIT",
                "points": f"{abs(entry.points).normalize():f}",
                "pointsCategory": CATEGORIES["PROMISED" if entry.kind == Kind.PROMISED else "REGULAR"],
                "programName": PROGRAMME_BY_ID[entry.programme_id].title,
                "programId": entry.programme_id,
            }
        ],
        "netPointsOnEvent": f"{entry.points:.3f}",
        "store": store.name,
        "storeCode": store.code,
        "tillCode": store.till.code,
    }
    return row | ({"transactionDetails": detail} if detail else {})
