"""Sends the customer a one-time code. The code itself never comes here."""

from apps.audit.actor import Actor
from apps.points.models import CodeSending
from apps.points.wanted import Wanted
from apps.staff.models import User


def wait_seconds(user: User, customer_id: int) -> int:
    """Seconds until this person may send the customer another code, 0 when they may now."""
    raise NotImplementedError


def send_code(*, actor: Actor, user: User, wanted: Wanted) -> CodeSending:
    """Let the outside send the customer a code for these points.

    Shape:  the sending: sent (sent_to says where, masked), or unknown: it may be on its way
    Raises: as `checking.check` does; Conflict before the timer is over; CapillaryError when none went out
    """
    raise NotImplementedError
