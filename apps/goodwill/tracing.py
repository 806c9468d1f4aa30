"""Entries about one request, with what every such entry tells."""

from typing import Any

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.goodwill.models import GoodwillRequest, Kind
from apps.goodwill.money import given_kept
from apps.operations.webhooks.events import GOODWILL_DECIDED, tell

# The entries that are the decision itself.
DECIDED = ("approved", "rejected", "decided_elsewhere")


def trace(
    name: str,
    request: GoodwillRequest,
    *,
    actor: Actor,
    outcome: str = "done",
    reason: str = "",
    **details: Any,
) -> None:
    """Write ``goodwill.request.<name>``, in the caller's transaction, and tell whoever waits for decisions.

    Raises: TraceUnavailable
    """
    if outcome == "done" and name in DECIDED:
        tell(GOODWILL_DECIDED, id=request.pk, number=request.number, decision=name, state=str(request.state))
    record(
        f"goodwill.request.{name}",
        actor=actor,
        outcome=outcome,
        customer=str(request.customer_id or ""),
        subject=request.number,
        reason=reason,
        details={
            "given": given_kept(request.kind, request.granted, request.series),
            "kind": Kind(request.kind).value,
            "goodwill_reference": request.reference,
            "outside_id": request.outside_id,
            "state": request.state,
            "reason_id": request.reason_id,
            **details,
        },
    )
