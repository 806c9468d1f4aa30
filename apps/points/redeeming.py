"""Redeeming points: checked, reserved, sent once, settled."""

from apps.audit.actor import Actor
from apps.points.models import Redemption
from apps.points.wanted import Wanted
from apps.staff.models import User


def redeem(*, actor: Actor, user: User, wanted: Wanted, code: str = "") -> Redemption:
    """Take the points. The same form sent again gives the same redemption.

    code    the one the customer read out, for the length of this call; "" unless mode is code
    Shape:  the redemption: done, or open (in progress, unknown, person): not known yet, and not to be repeated
    Raises: BadInput (points, bill, purpose, notes, mode, code); Refused without the permission or the verification
            asked for, while switched off, or for the person's own account; Conflict while another redemption of
            this customer is not settled, or for a merged customer; CapillaryError (Rejected with its field: points,
            programme_id, bill, code or mode): certainly not done; TraceUnavailable
    """
    raise NotImplementedError
