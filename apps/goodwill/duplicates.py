"""Requests that look like the one being asked: same customer, near amount or same bill, last 30 days."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from apps.capillary.types_points import GoodwillPage, GoodwillRow
from apps.goodwill.models import GoodwillRequest, Kind
from apps.goodwill.states import ENDED_WITHOUT, State
from apps.staff.models import User

WITHIN = timedelta(days=30)
NEAR = Decimal("0.25")
LISTED = 10
OUTSIDE_STATES = {"PENDING": State.WAITING.value, "APPROVED": State.APPROVED.value}


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Another request of the same customer, made here or elsewhere.

    pk, number  empty for one the console has no row of;  is_open  whether who looks may open it
    state  as States of the console;  why  "bill", "amount" (within a quarter, or not known) or "series"
    """

    pk: int | None
    number: str
    kind: str
    amount: Decimal | None
    at: datetime | None
    by: str
    reason: str
    state: str
    why: str
    is_open: bool = False


def likely_duplicates(
    *,
    customer_id: int,
    kind: str,
    amount: Decimal | None,
    bill: str = "",
    series_id: int | None = None,
    except_pk: int | None = None,
    viewer: User | None = None,
) -> list[Duplicate]:
    """Pending or given ones of the last 30 days, newest first, at most ten. One query, two for a viewer."""
    rows = (
        GoodwillRequest.objects.of_customer(customer_id)
        .filter(_like(kind, amount, bill, series_id), asked_at__gt=timezone.now() - WITHIN)
        .exclude(state__in=ENDED_WITHOUT)
    )
    if except_pk is not None:
        rows = rows.exclude(pk=except_pk)
    found = list(rows[:LISTED])
    seen = GoodwillRequest.objects.visible_to(viewer) if viewer and found else GoodwillRequest.objects.none()
    may = set(seen.filter(pk__in=[row.pk for row in found]).values_list("pk", flat=True))
    return [_duplicate(row, bill, is_open=row.pk in may) for row in found]


def outside_duplicates(page: GoodwillPage | None, *, kind: str, amount: Decimal | None) -> list[Duplicate]:
    """Those only the outside knows to be this customer's, of its answer, in its order. One query."""
    rows = [row for row in page.rows if _looks_like(row, kind, amount)] if page else []
    # A row whose customer is not looked up yet is not among the customer's own.
    known = GoodwillRequest.objects.filter(
        outside_id__in=[row.request_id for row in rows], customer_id__isnull=False
    )
    ours = set(known.values_list("outside_id", flat=True))
    return [_of_outside(row, kind) for row in rows if row.request_id not in ours][:LISTED]


def _looks_like(row: GoodwillRow, kind: str, amount: Decimal | None) -> bool:
    if row.status.upper() not in OUTSIDE_STATES or not row.type.upper().startswith(kind.upper()[:6]):
        return False
    if row.added_at is not None and row.added_at < timezone.now() - WITHIN:
        return False
    if kind == Kind.COUPON or amount is None or row.approved_value is None:
        return True
    return abs(row.approved_value - amount) <= amount * NEAR


def _of_outside(row: GoodwillRow, kind: str) -> Duplicate:
    return Duplicate(
        pk=None,
        number="",
        kind=kind,
        amount=row.approved_value,
        at=row.added_at,
        by=str(row.added_by or ""),
        reason=row.reason,
        state=OUTSIDE_STATES[row.status.upper()],
        why="series" if kind == Kind.COUPON else "amount",
    )


def _like(kind: str, amount: Decimal | None, bill: str, series_id: int | None) -> Q:
    same_bill = Q(bill__iexact=bill) if bill else Q(pk=None)
    if kind == Kind.COUPON:
        # The series of one made elsewhere is not told.
        series = Q(series=series_id) | Q(series=None) if series_id else Q()
        return same_bill | (Q(kind=kind) & series)
    if amount is None:
        return same_bill | Q(kind=kind)
    near = Q(amount__gte=amount * (1 - NEAR), amount__lte=amount * (1 + NEAR)) | Q(amount=None)
    return same_bill | (Q(kind=kind) & near)


def _duplicate(row: GoodwillRequest, bill: str, *, is_open: bool) -> Duplicate:
    same_bill = bool(bill) and row.bill.casefold() == bill.casefold()
    return Duplicate(
        pk=row.pk,
        number=row.number,
        kind=row.kind,
        amount=row.granted,
        at=row.asked_at,
        by=row.requester_name or row.origin_words,
        reason=row.reason_words,
        state=row.state,
        why="bill" if same_bill else "series" if row.kind == Kind.COUPON else "amount",
        is_open=is_open,
    )
