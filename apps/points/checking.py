"""Asks whether points can be redeemed; changes nothing and sends nothing."""

from apps.audit.actor import Actor
from apps.points.wanted import Checked, Wanted
from apps.staff.models import User


def check(*, actor: Actor, user: User, wanted: Wanted) -> Checked:
    """Whether these points can be redeemed now, what they are worth, and what is left after.

    A rule that is not met is an answer with a problem, no error. Two or three calls, no entry of its own.
    Raises: BadInput (points, bill, purpose, notes, mode); Refused without the permission, while switched off, or for
            the person's own account; Conflict for a merged customer; CapillaryError when it cannot be read
    """
    raise NotImplementedError
