"""Looks for invitations worth a second look, and marks them as looked at. No act follows by itself."""

from apps.audit.actor import Actor
from apps.referrals.models import Signal
from apps.staff.models import User


def look_for_signals() -> int:
    """Sweep: judge the invitations seen since the last time; returns how many."""
    raise NotImplementedError


def mark_looked_at(*, actor: Actor, user: User, signal: Signal, note: str) -> Signal:
    """Say what came of looking.

    Raises: BadInput (note); Refused without the permission in one of its stores, or for somebody it is about;
            Conflict when somebody marked it already
    """
    raise NotImplementedError
