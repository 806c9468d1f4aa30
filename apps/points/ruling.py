"""The rules that hold in a store."""

from django.db.models import F, Q

from apps.points.models import PointsRules
from apps.staff.models import Store


def rules_for(store: Store | None) -> PointsRules:
    """The store's own rules, else those for all, else the defaults (unsaved). One query."""
    here = Q(store=None) | Q(store=store) if store else Q(store=None)
    rows = PointsRules.objects.filter(here).order_by(F("store").asc(nulls_last=True))
    return rows.first() or PointsRules()
