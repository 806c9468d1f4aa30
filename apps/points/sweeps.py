"""What the room looks for in its rows, and outside, again and again."""

from apps.operations.acts.settling import settle_due
from apps.operations.sweeps import register
from apps.points.giving_back import REVERSING
from apps.points.proving import prove_redemptions, prove_reversals
from apps.points.redeeming import REDEEMING


def settle_redemptions() -> int:
    """Sweep: read back every redemption that is due, crashed ones among them; returns how many."""
    return settle_due(REDEEMING)


def settle_reversals() -> int:
    """Sweep: the same for reversals."""
    return settle_due(REVERSING)


register("points.settle_redemptions", settle_redemptions, every_seconds=5)
register("points.settle_reversals", settle_reversals, every_seconds=5)
register("points.prove_redemptions", prove_redemptions, every_seconds=5)
register("points.prove_reversals", prove_reversals, every_seconds=5)
