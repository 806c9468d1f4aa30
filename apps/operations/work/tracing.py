"""The entries of long work: always about the operation, by its number."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import Refused
from apps.operations.models import Operation
from apps.operations.work.kinds import named


def trace(
    what: str,
    operation: Operation,
    *,
    actor: Actor,
    outcome: str = "done",
    reason: str = "",
    **details: Any,
) -> None:
    """``trace("paused", operation, actor=actor)`` writes ``operations.work.paused``. Raises TraceUnavailable"""
    record(
        f"operations.work.{what}",
        actor=actor,
        outcome=outcome,
        subject=operation.number,
        reason=reason,
        details={
            "kind": str(named(operation.kind).title),
            "title": operation.title,
            "file_sha256": operation.file_sha256,
            **details,
        },
    )


def refusals_traced(what: str) -> Callable[[Callable[..., Operation]], Callable[..., Operation]]:
    """For a service: what somebody may not do is an entry too, whatever its own transaction takes back.

    what  "approve", "run": the service's word
    """

    def decorate(service: Callable[..., Operation]) -> Callable[..., Operation]:
        @wraps(service)
        def guarded(*, actor: Actor, operation: Operation, **more: Any) -> Operation:
            try:
                return service(actor=actor, operation=operation, **more)
            except Refused as error:
                trace("stopped", operation, actor=actor, outcome="refused", reason=error.message, act=what)
                raise

        return guarded

    return decorate
