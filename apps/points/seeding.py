"""The rules of the demo, once."""

from decimal import Decimal

from django.db import transaction

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.points.models import PointsRules

# As many places as the look-alike's programmes have.
DECIMALS = {"101": 0, "102": 2, "103": 0}
ALONE_UP_TO = Decimal(200)


@transaction.atomic
def seed_rules(*, actor: Actor) -> int:
    """Add what is missing; what an administrator changed stays. How many were new."""
    wanted = {"alone_up_to": ALONE_UP_TO, "decimals": DECIMALS}
    new = int(PointsRules.objects.get_or_create(store=None, defaults=wanted)[1])
    if new:
        record("points.rules.saved", actor=actor, subject="the rules of the demo", details={"new": new})
    return new
