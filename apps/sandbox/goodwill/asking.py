"""Filing a request: what is checked before a PENDING row is written."""

import re
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from apps.sandbox.api.errors import Refusal
from apps.sandbox.catalogue import DEFAULT_PROGRAMME, PROGRAMME_BY_ID, SERIES_BY_ID
from apps.sandbox.models import Customer, GoodwillRequest

# The reference writes COUPON in its samples and COUPONS in its tables.
KINDS = {"POINTS": "POINTS", "COUPON": "COUPON", "COUPONS": "COUPON"}
_POINTS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})?")


@dataclass(frozen=True)
class Wish:
    """What somebody at a till wants for a customer; points count for POINTS, series_id for COUPON."""

    customer: Customer
    kind: str
    till_code: str
    points: Decimal = Decimal(0)
    series_id: int | None = None
    programme_id: int | None = None
    reason: str = ""
    comments: str = ""
    reference_id: str = ""
    one_step: bool = False
    approval_type: str = GoodwillRequest.Approval.CONFIG_DISABLED


def kind_of(type_sent: str, base_type_sent: str) -> str:
    """POINTS or COUPON. Raises Refusal 9003 for another kind: only goodwill is played here."""
    if type_sent != "GOODWILL" or base_type_sent not in KINDS:
        raise Refusal(9003)
    return KINDS[base_type_sent]


def points_of(text: str) -> Decimal:
    """Points above zero with at most three decimals. Raises Refusal 9004."""
    if not _POINTS.fullmatch(text) or not Decimal(text):
        raise Refusal(9004)
    return Decimal(text)


def receiver_of(customer: Customer, merged: str) -> Customer:
    """Who gets it: for a merged customer the survivor, or Refusal 8069 (switch merged)."""
    survivor = customer.merged_into
    if survivor is None or merged == "survivor":
        return survivor or customer
    raise Refusal(8069, f"Customer {customer.id} is merged into another account, survivor is {survivor.id}")


def file_request(wish: Wish, *, unique_reference: bool) -> GoodwillRequest:
    """A new PENDING request.

    Raises Refusal 9006 (reference used, only while it must be unique), 707, 9005, 712 (series),
    1101, 1013 (programme). Somebody marked as fraud may be asked for: the reference is silent.
    """
    if wish.kind == "COUPON":
        check_series(wish.series_id)
    programme_id = _programme_of(wish)
    now = timezone.now()
    # The transaction takes SQLite's one write lock at its start: nobody files the same reference between.
    with transaction.atomic():
        known = GoodwillRequest.objects.filter(reference_id=wish.reference_id)
        if unique_reference and wish.reference_id and known.exists():
            raise Refusal(9006)
        return GoodwillRequest.objects.create(
            customer=wish.customer,
            type=wish.kind,
            programme_id=programme_id,
            points=wish.points,
            series_id=wish.series_id,
            reason=wish.reason,
            comments=wish.comments,
            reference_id=wish.reference_id,
            one_step=wish.one_step,
            approval_type=wish.approval_type,
            added_at=now,
            added_by=wish.till_code,
            updated_at=now,
        )


def check_series(series_id: int | None) -> None:
    """Raises Refusal 707 for an unknown series, 9005 for one not enabled for goodwill, 712 for an expired one."""
    series = SERIES_BY_ID.get(series_id or 0)
    if series is None:
        raise Refusal(707)
    if not series.goodwill:
        raise Refusal(9005)
    if series.valid_till < timezone.localdate():
        raise Refusal(712)


def _programme_of(wish: Wish) -> int:
    joined = list(wish.customer.enrolments.order_by("programme_id").values_list("programme_id", flat=True))
    if wish.programme_id is not None and wish.programme_id not in PROGRAMME_BY_ID:
        raise Refusal(1101)
    if wish.kind == "POINTS" and (not joined or (wish.programme_id or joined[0]) not in joined):
        raise Refusal(1013)
    return wish.programme_id or (joined[0] if joined else DEFAULT_PROGRAMME.id)
