"""Times and thresholds that hold for a store."""

from django.db.models import F, Q

from apps.goodwill.models import Escalation
from apps.staff.models import Store


def times_of(store: Store | None) -> Escalation:
    """The store's own row, or the one for all, or what holds when nobody set anything. One query."""
    here = Q(store=None) | Q(store=store) if store else Q(store=None)
    row = Escalation.objects.filter(here).order_by(F("store").asc(nulls_last=True)).first()
    return row or Escalation()
