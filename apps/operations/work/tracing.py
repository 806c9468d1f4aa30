"""The entries of long work: always about the operation, by its number."""

from typing import Any

from apps.audit.actor import Actor
from apps.audit.services import record
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
