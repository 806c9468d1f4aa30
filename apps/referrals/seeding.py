"""The campaigns and rules of the demo, once."""

from django.db import transaction

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.referrals.models import Campaign, InviteRules

# As the look-alike has them.
CAMPAIGNS = {
    "MAPLEFRIENDS": "Bring a friend to Maple & Thread",
    "THREADCIRCLE": "Thread Circle brings its circle",
}


@transaction.atomic
def seed_rules(*, actor: Actor) -> int:
    """Add what is missing; what an administrator changed stays. How many were new."""
    new = int(InviteRules.objects.get_or_create(store=None)[1])
    for token, title in CAMPAIGNS.items():
        new += int(Campaign.objects.get_or_create(token=token, defaults={"title": title})[1])
    if new:
        record(
            "referrals.rules.saved",
            actor=actor,
            subject="the campaigns and rules of the demo",
            details={"new": new},
        )
    return new
