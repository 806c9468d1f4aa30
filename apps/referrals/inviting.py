"""Inviting people in a customer's name: checked, reserved, sent as one call, settled row by row."""

from apps.audit.actor import Actor
from apps.referrals.models import Invitation
from apps.referrals.wanted import Row, WantedInvites
from apps.staff.models import User


def invite(*, actor: Actor, user: User, wanted: WantedInvites) -> Invitation:
    """Invite them. The same form sent again gives the same invitation.

    Shape:  the invitation: done (`refused` of its rows may have been), not_done with a reason beside every row, or
            open (in progress, unknown, person): not known yet of some rows, and those not to be repeated
    Raises: BadRows (`checks` has a message for each bad row; nothing was sent); BadInput (rows, campaign); Refused
            without the permission, while switched off, for the person's own account, or over the limit of the day;
            Conflict when the form invited others before, or for a merged customer; CapillaryError (Rejected with
            its field campaign; RateLimited says when to try again): nobody was invited; TraceUnavailable
    """
    raise NotImplementedError


def rows_to_correct(*, invitation: Invitation) -> tuple[Row, ...]:
    """The refused rows as they were typed, for a new form. Those invited or not known yet are never among them."""
    raise NotImplementedError


def left_today(user: User, store_id: int) -> int | None:
    """How many people this person may still invite now; None: any number."""
    raise NotImplementedError
