"""What people do to long work. Each is a short transaction with its entry; workers find the rest in the rows.

actor  stands in the trail;  user  is asked for permissions, None for the operator at the shell
"""

from collections.abc import Mapping
from typing import Any

from apps.audit.actor import Actor
from apps.operations.models import Chunk, Operation, StoredFile
from apps.staff.models import User


def start_upload(
    *,
    actor: Actor,
    user: User,
    kind: str,
    file: StoredFile,
    parameters: Mapping[str, Any] | None = None,
    title: str = "",
    stop_after_errors: int | None = None,
) -> Operation:
    """An operation on a stored file; reading and the dry run begin by themselves.

    Shape:  the operation in state reading
    Raises: Refused without the permission of the kind in the actor's store; BadInput for parameters
    """
    raise NotImplementedError


def start(
    *,
    actor: Actor,
    user: User,
    kind: str,
    parameters: Mapping[str, Any] | None = None,
    title: str = "",
    stop_after_errors: int | None = None,
) -> Operation:
    """An operation without a file. As `start_upload` otherwise."""
    raise NotImplementedError


def request_approval(*, actor: Actor, user: User, operation: Operation, reason: str = "") -> Operation:
    """Ask a second person. checked → waiting.

    Raises: Conflict in another state, or when no row is ready; Refused for others than the requester
    """
    raise NotImplementedError


def approve(*, actor: Actor, user: User, operation: Operation, sha256: str, fingerprint: str) -> Operation:
    """Bind exactly these bytes and this dry run, and take limits and budgets. waiting → ready.

    sha256, fingerprint  as they stood on the page the person read
    Raises: Refused for the requester, without permission or authority, or when limits do not suffice;
            Conflict when the file or the dry run is not what was on the page
    """
    raise NotImplementedError


def reject(*, actor: Actor, user: User, operation: Operation, reason: str) -> Operation:
    """The second person says no. waiting → rejected. Raises as `approve`; BadInput without a reason"""
    raise NotImplementedError


def run(*, actor: Actor, user: User, operation: Operation) -> Operation:
    """Start the rows: ready → running; or checked → running within the requester's own authority.

    Raises: Conflict in another state or when nothing is ready; Refused without permission, when a second
            person is needed, or when limits do not suffice
    """
    raise NotImplementedError


def pause(*, actor: Actor, user: User | None, operation: Operation) -> Operation:
    """Stop between rows. running → paused as soon as no row is in flight. Raises Conflict, Refused"""
    raise NotImplementedError


def resume(*, actor: Actor, user: User | None, operation: Operation) -> Operation:
    """Go on where it stopped. paused → running. Raises Conflict, Refused"""
    raise NotImplementedError


def cancel(*, actor: Actor, user: User | None, operation: Operation, reason: str = "") -> Operation:
    """End it between rows, for good: rows not begun are skipped and give back what they took.

    Shape:  cancelled, or stopping while rows are in flight
    Raises: Conflict when it is over; Refused
    """
    raise NotImplementedError


def rerun_failed(*, actor: Actor, user: User, operation: Operation) -> Operation:
    """A new operation of the rows that were not done (or skipped), with their row numbers, dry run first.

    Raises: Conflict while it runs, or when there are none; Refused
    """
    raise NotImplementedError


def free_chunk(*, actor: Actor, user: User | None, chunk: Chunk) -> Chunk:
    """Let a parked chunk be tried again. Raises Conflict, Refused"""
    raise NotImplementedError
