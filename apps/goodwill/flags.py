"""Marks by which a request in the queue stands out, asked of the database so that chip and badge agree."""

from datetime import datetime
from decimal import Decimal

from django.db.models import DecimalField, Exists, F, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import Contains

from apps.goodwill.duplicates import NEAR, WITHIN
from apps.goodwill.models import GoodwillRequest, Kind
from apps.goodwill.states import ENDED_WITHOUT
from apps.goodwill.store_budgets import BudgetsLeft

BEYOND_ANY = Decimal(10) ** 10
WATCHED = "fraud"


def watched() -> Q:
    """The customer had a fraud mark when it was asked."""
    # Both databases write the list with a space after the colon; a quote inside words is escaped.
    return Q(Contains(Cast("why", TextField()), f'"rule": "{WATCHED}"'))


def over_budget(budgets: BudgetsLeft) -> Q:
    """More than its store may still give this month; nothing where no budget is kept."""
    found = Q(pk=None)
    for (store_id, kind), left in budgets.left.items():
        found |= Q(store=store_id, kind=kind, amount__gt=left)
    return found


def is_over_budget(request: GoodwillRequest, budgets: BudgetsLeft) -> bool:
    """The same of one row."""
    left = budgets.left.get((request.store_id or 0, request.kind))
    return left is not None and request.amount is not None and request.amount > left


def lookalike(now: datetime) -> Exists:
    """Whether the customer has another request like it: the rule of duplicates.py for many rows at once."""
    others = (
        GoodwillRequest.objects.filter(customer_id=OuterRef("customer_id"), asked_at__gt=now - WITHIN)
        .exclude(pk=OuterRef("pk"))
        .exclude(state__in=ENDED_WITHOUT)
    )
    same_bill = Q(bill__iexact=OuterRef("bill")) & ~Q(bill="")
    same_series = Q(series=None) | Q(series=Coalesce(OuterRef("series"), F("series")))
    near = Q(amount=None) | Q(
        amount__gte=_part(1 - NEAR, Decimal(0)), amount__lte=_part(1 + NEAR, BEYOND_ANY)
    )
    like = Q(kind=Kind.COUPON) & same_series | Q(kind=Kind.POINTS) & near
    return Exists(others.filter(same_bill | (Q(kind=OuterRef("kind")) & like)))


def _part(share: Decimal, unknown: Decimal) -> Coalesce:
    number = DecimalField(max_digits=20, decimal_places=5)
    share_of = Cast(OuterRef("amount"), number) * Value(share, output_field=number)
    return Coalesce(share_of, Value(unknown, output_field=number), output_field=number)
