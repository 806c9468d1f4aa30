"""What a person does with an invitation the console could not settle by itself."""

from apps.audit.actor import Actor
from apps.referrals.models import Invitation
from apps.staff.models import User


def look_again(*, actor: Actor, user: User, invitation: Invitation) -> Invitation:
    """Read back now. Raises Missing when nothing is open; Conflict while it is being sent; CapillaryError."""
    raise NotImplementedError


def give_up(*, actor: Actor, user: User, invitation: Invitation, reason: str) -> Invitation:
    """Say that those not known were not invited, after one more look.

    A second pair of eyes: not whoever sent it, and somebody who looks at signals of its store.
    Raises: Refused; BadInput (reason); Missing when nothing is open; Conflict while the console is still checking by
            itself, or when all were found after all; CapillaryError when it cannot be read
    """
    raise NotImplementedError


def why_not_give_up(user: User, invitation: Invitation) -> str:
    """Why this person may not say so, "" when they may."""
    raise NotImplementedError
