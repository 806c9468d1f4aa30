"""The tables of the room."""

from apps.referrals.models.invitations import Invitation
from apps.referrals.models.invitees import Channel, Invitee, InviteeState
from apps.referrals.models.rules import Campaign, InviteRules
from apps.referrals.models.signals import Sighting, Signal, SignalKind

__all__ = [
    "Campaign",
    "Channel",
    "Invitation",
    "InviteRules",
    "Invitee",
    "InviteeState",
    "Sighting",
    "Signal",
    "SignalKind",
]
