"""Giving redeemed points back: asked for, and sent at once where nobody else has to approve."""

from apps.audit.actor import Actor
from apps.points.models import Reversal
from apps.points.wanted import Reversible, WantedReversal
from apps.staff.models import User


def reversible(*, actor: Actor, user: User, customer_id: int, redemption_id: str) -> Reversible:
    """The redemption as it stands outside now. Raises Missing, Conflict (merged customer), CapillaryError."""
    raise NotImplementedError


def ask_reversal(*, actor: Actor, user: User, wanted: WantedReversal) -> Reversal:
    """Ask for points back. The same form sent again gives the same reversal.

    Shape:  the reversal: waiting for a second person, done, or going with an open act: not known yet
    Raises: BadInput (points, reason); Refused without the permission or the verification asked for, while switched
            off, or for the person's own account; Missing when the customer has no such redemption; Conflict while
            another reversal of it is undecided or not settled, when less remains, or for a merged customer;
            CapillaryError: certainly not done; TraceUnavailable
    """
    raise NotImplementedError
