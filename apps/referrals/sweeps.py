"""What the room looks for in its rows, and outside, again and again."""

from apps.operations.acts.settling import settle_due
from apps.operations.sweeps import register
from apps.referrals import sightings
from apps.referrals.sending import INVITING
from apps.referrals.signals import look_for_signals

HOUR = 3600.0


def settle_invitations() -> int:
    """Sweep: read back every invitation that is due, crashed ones among them; returns how many."""
    return settle_due(INVITING)


register("referrals.settle_invitations", settle_invitations, every_seconds=5)
register("referrals.look_for_signals", look_for_signals, every_seconds=30)
register("referrals.prune_sightings", sightings.prune, every_seconds=HOUR)
