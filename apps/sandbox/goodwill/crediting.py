"""What an approval brings: points in the ledger or a coupon – at once, later, or (the silent failure) never."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from apps.sandbox.api.dates import INDIA, day_end
from apps.sandbox.api.errors import Refusal
from apps.sandbox.catalogue import COUPON_DAYS, POINTS_DAYS, SERIES_BY_ID, STORE_BY_TILL, STORES
from apps.sandbox.control.switches import seconds
from apps.sandbox.goodwill.asking import receiver_of
from apps.sandbox.models import Coupon, Customer, GoodwillRequest, LedgerEntry

_Status = GoodwillRequest.Status


def deliver(request: GoodwillRequest, *, how: str, merged: str) -> None:
    """Credit as the switch goodwill says; the caller holds the transaction and saves the request."""
    customer = receiver_of(request.customer, merged)
    if how == "credited":
        _credit(request, customer, timezone.now())
    elif how.startswith("credit_late:"):
        request.credit_due_at = timezone.now() + seconds(how.partition(":")[2])


def credit_now(request_id: int) -> GoodwillRequest:
    """Mend a silent failure. Raises Refusal 9001 (unknown), 9002 (not approved, or credited already)."""
    with transaction.atomic():
        request = (
            GoodwillRequest.objects.select_related("customer__merged_into").filter(id=request_id).first()
        )
        if request is None:
            raise Refusal(9001)
        if request.status != _Status.APPROVED or request.credited_at is not None:
            raise Refusal(9002, "The request is not one that waits for its credit")
        _credit(request, receiver_of(request.customer, "survivor"), timezone.now())
        request.save()
    return request


def credit_due() -> None:
    """Credit what was to come late and is due by now; each one exactly once."""
    due = GoodwillRequest.objects.filter(credit_due_at__isnull=False, credit_due_at__lte=timezone.now())
    if not due.exists():
        return
    with transaction.atomic():
        for request in due.select_related("customer__merged_into"):
            _credit(
                request, receiver_of(request.customer, "survivor"), request.credit_due_at or timezone.now()
            )
            request.save()


class LateCreditMiddleware:
    """There is no clockwork in the look-alike: late credits are written before whoever comes next can look."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Credit what is due, then answer."""
        credit_due()
        return self.get_response(request)


def _credit(request: GoodwillRequest, customer: Customer, at: datetime) -> None:
    store = STORE_BY_TILL.get(request.updated_by, STORES[0])
    if request.type == "COUPON":
        request.coupon = _coupon(request, customer, store.code, at)
    else:
        LedgerEntry.objects.create(
            customer=customer,
            programme_id=_programme_of(request, customer),
            kind=LedgerEntry.Kind.GOODWILL,
            points=request.approved_value,
            at=at,
            expires_on=at.astimezone(INDIA).date() + timedelta(days=POINTS_DAYS),
            note=f"Goodwill {request.id}",
            store_code=store.code,
        )
    request.credited_at, request.credit_due_at = at, None


def _programme_of(request: GoodwillRequest, customer: Customer) -> int:
    # A survivor need not be in the programme the merged customer was in; points there would be seen nowhere.
    joined = list(customer.enrolments.order_by("programme_id").values_list("programme_id", flat=True))
    return joined[0] if joined and request.programme_id not in joined else request.programme_id


def _coupon(request: GoodwillRequest, customer: Customer, store_code: str, at: datetime) -> Coupon:
    series = SERIES_BY_ID[request.series_id or 0]
    last_day = min(at.astimezone(INDIA).date() + timedelta(days=COUPON_DAYS), series.valid_till)
    return Coupon.objects.create(
        customer=customer,
        series_id=series.id,
        code=f"GW{secrets.token_hex(5).upper()}",
        created_at=at,
        valid_till=day_end(last_day),
        store_code=store_code,
    )
