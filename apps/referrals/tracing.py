"""Entries about invitations, with what every such entry tells: numbers, never names or identifiers."""

from typing import Any

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.referrals.models import Invitation
from apps.referrals.telling import people


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


def trace_refusal(
    *, actor: Actor, customer_id: int, asked: int, campaign: str, words: str, **details: Any
) -> None:
    """Write ``referrals.invitation.refused``: a rule of ours said no before there was a row. TraceUnavailable."""
    record(
        "referrals.invitation.refused",
        actor=actor,
        outcome="refused",
        customer=str(customer_id),
        reason=words,
        details={"people": people(asked), "campaign": campaign, **details},
    )
