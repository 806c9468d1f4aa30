"""Entries about redemptions and reversals, with what every such entry tells."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import BadInput, Conflict
from apps.core.kept import points as in_words
from apps.points.models import Redemption, Reversal


def trace(
    name: str,
    subject: Redemption | Reversal,
    *,
    actor: Actor,
    outcome: str = "done",
    reason: str = "",
    **details: Any,
) -> None:
    """Write ``points.redemption.<name>`` or ``points.reversal.<name>``, in the caller's transaction.

    Raises: TraceUnavailable
    """
    kind, told = _told(subject)
    record(
        f"points.{kind}.{name}",
        actor=actor,
        outcome=outcome,
        customer=str(subject.customer_id),
        subject=subject.number,
        reason=reason,
        details={**told, "outside_id": subject.outside_id, "state": subject.state, **details},
    )


def trace_refusal(
    kind: str, *, actor: Actor, customer_id: int, points: Decimal, words: str, **details: Any
) -> None:
    """Write ``points.<kind>.refused``: a rule of ours said no before there was a row. Raises TraceUnavailable."""
    record(
        f"points.{kind}.refused",
        actor=actor,
        outcome="refused",
        customer=str(customer_id),
        reason=words,
        details={"given": in_words(points), **details},
    )


@contextmanager
def refusals_traced(
    *, actor: Actor, customer_id: int, points: Decimal, subject: Reversal | None = None
) -> Iterator[None]:
    """What a rule of ours refuses in here is an entry and goes on: ``reversal.not_decided`` or ``.not_asked``.

    Put it around the transaction, which takes everything written in it with it. Raises what was raised,
    TraceUnavailable
    """
    try:
        yield
    except (BadInput, Conflict) as error:
        if subject is not None:
            trace("not_decided", subject, actor=actor, outcome="refused", reason=error.message)
        else:
            record(
                "points.reversal.not_asked",
                actor=actor,
                outcome="refused",
                customer=str(customer_id),
                reason=error.message,
                details={"given": in_words(points)},
            )
        raise


def _told(subject: Redemption | Reversal) -> tuple[str, dict[str, Any]]:
    if isinstance(subject, Redemption):
        return "redemption", {
            "given": in_words(subject.moved),
            "mode": subject.mode,
            "level": subject.verification,
            "redemption_reference": subject.reference,
        }
    return "reversal", {
        "given": in_words(subject.given if subject.given is not None else subject.points),
        "level": subject.verification,
        "redemption_id": subject.redemption_id,
    }
