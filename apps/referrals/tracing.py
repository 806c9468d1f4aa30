"""Entries about invitations, with what every such entry tells: numbers, never names or identifiers."""

from typing import Any

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.capillary.errors import CapillaryError
from apps.core.errors import ConsoleError, Unavailable
from apps.referrals.models import Invitation
from apps.referrals.telling import people
from apps.referrals.wanted import WantedInvites


def trace(
    name: str,
    invitation: Invitation,
    *,
    actor: Actor,
    outcome: str = "done",
    reason: str = "",
    digests: tuple[bytes, ...] = (),
    **details: Any,
) -> None:
    """Write ``referrals.<name>``, in the caller's transaction.

    digests  keyed hashes of the people, so that the entry is found by any of them
    Raises:  TraceUnavailable
    """
    record(
        f"referrals.{name}",
        actor=actor,
        outcome=outcome,
        customer=str(invitation.customer_id),
        subject=invitation.number,
        reason=reason,
        digests=digests,
        details={
            "people": people(invitation.asked),
            "campaign": invitation.campaign,
            "invited": invitation.invited,
            "refused": invitation.refused,
            "not_known": invitation.not_known,
            "invitation_reference": invitation.reference,
            "state": invitation.state,
            **details,
        },
    )


def trace_refusal(*, actor: Actor, wanted: WantedInvites, error: ConsoleError) -> None:
    """Write ``referrals.invitation.refused``: nobody was invited, and there is no row that tells so.

    Outcome: not_done where the outside stood in the way, refused where the console said no. Raises TraceUnavailable
    """
    record(
        "referrals.invitation.refused",
        actor=actor,
        outcome="not_done" if isinstance(error, CapillaryError | Unavailable) else "refused",
        customer=str(wanted.customer_id or ""),
        reason=error.message,
        details={
            "people": people(sum(map(bool, wanted.rows))),
            "campaign": wanted.campaign,
            "capillary_code": error.code,
        },
    )
