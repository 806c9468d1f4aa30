"""Deciding a request: PENDING is left once, whoever else presses at the same moment."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from apps.sandbox.api.errors import Refusal
from apps.sandbox.goodwill.asking import KINDS, check_series
from apps.sandbox.goodwill.crediting import deliver
from apps.sandbox.models import GoodwillRequest

Status = GoodwillRequest.Status


@dataclass(frozen=True)
class Decision:
    """One decision; points is a smaller amount than asked, or None for all of it.

    base_type as sent (COUPON and COUPONS are one), empty for a decision that need not name it.
    how is the value of the switch goodwill.
    """

    request_id: int
    by: str
    base_type: str = ""
    ip: str = ""
    comments: str = ""
    points: Decimal | None = None
    merged: str = "error"
    how: str = "credited"


def approve(decision: Decision) -> GoodwillRequest:
    """Approve and credit.

    Raises Refusal 9001 (unknown), 9003 (another base type), 9002 (decided already), 9004 (more than asked),
    8069 (the customer was merged meanwhile), 707, 9005, 712 (the series is not given any more).
    """
    with transaction.atomic():
        request = _pending(decision)
        if request.type == "COUPON":
            check_series(request.series_id)
        else:
            request.approved_value = _granted(request, decision)
        _close(request, decision, Status.APPROVED)
        deliver(request, how=decision.how, merged=decision.merged)
        request.save()
    return request


def reject(decision: Decision) -> GoodwillRequest:
    """Reject. Raises Refusal 9001, 9003, 9002 as approve does."""
    with transaction.atomic():
        request = _pending(decision)
        _close(request, decision, Status.REJECTED)
        request.save()
    return request


def _pending(decision: Decision) -> GoodwillRequest:
    # Every transaction here takes SQLite's one write lock at its start: what is read stays true until the end.
    request = (
        GoodwillRequest.objects.select_related("customer__merged_into").filter(id=decision.request_id).first()
    )
    if request is None:
        raise Refusal(9001)
    if decision.base_type and KINDS.get(decision.base_type) != request.type:
        raise Refusal(9003)
    if request.status != Status.PENDING:
        raise Refusal(9002, f"The request is {request.status} already")
    return request


def _granted(request: GoodwillRequest, decision: Decision) -> Decimal:
    if decision.points is not None and decision.points > request.points:
        raise Refusal(9004, "More points than were asked for")
    return request.points if decision.points is None else decision.points


def _close(request: GoodwillRequest, decision: Decision, status: str) -> None:
    request.status = status
    request.updated_at = timezone.now()
    request.updated_by = decision.by
    request.updated_ip = decision.ip
    request.updated_comments = decision.comments
