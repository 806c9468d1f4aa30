"""The second person: approves or rejects a reversal; whoever asked may withdraw it."""

from apps.audit.actor import Actor
from apps.points.models import Reversal
from apps.points.wanted import Reversible
from apps.staff.models import User


def why_not(user: User, reversal: Reversal) -> str:
    """Why this person may not decide on this reversal, "" when they may."""
    raise NotImplementedError


def open_reversal(*, actor: Actor, user: User, reversal: Reversal) -> Reversible:
    """The facts a second person decides by, read anew. Raises Refused, CapillaryError."""
    raise NotImplementedError


def approve_reversal(
    *, actor: Actor, user: User, reversal: Reversal, reason: str = "", seen: str = ""
) -> Reversal:
    """Approve: the points go back now.

    seen    fingerprint of the facts the person saw; "" when they saw no more than the reversal itself
    Shape:  the reversal: done, or going with an open act
    Raises: Refused (own, no right in these stores, own data, switched off); Conflict when it is decided already,
            less remains, or something changed since it was asked (the reversal shows what is true now: approving
            again approves that); CapillaryError: certainly not done
    """
    raise NotImplementedError


def reject_reversal(*, actor: Actor, user: User, reversal: Reversal, reason: str) -> Reversal:
    """Reject with a reason; nothing goes outside. Raises Refused, BadInput (reason), Conflict."""
    raise NotImplementedError


def withdraw_reversal(*, actor: Actor, user: User, reversal: Reversal, reason: str = "") -> Reversal:
    """Taken back by whoever asked. Raises Refused, Conflict."""
    raise NotImplementedError
