"""From approved to running: what is bound, what is taken, and the chunks of the run."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.operations.models import Chunk, Operation
from apps.operations.work.dispatching import dispatch_soon
from apps.operations.work.kinds import Kind
from apps.operations.work.moving import move, say
from apps.operations.work.states import Event, Phase, State
from apps.operations.work.tracing import trace
from apps.staff.models import User


def bind(operation: Operation, kind: Kind, *, approver: User | None = None) -> None:
    """Inside a transaction that holds the lock: fix what may run, and take limits and budgets for all of it.

    approver  None within the requester's own authority
    Raises: Refused when limits do not suffice; Conflict in another state
    """
    move(
        operation,
        Event.APPROVED,
        approved_by=approver,
        approved_name=approver.name if approver else "",
        approved_at=timezone.now(),
        approved_sha256=operation.file_sha256,
        approved_fingerprint=operation.fingerprint,
        taken=kind.take is not None,
    )
    if kind.take is not None:
        kind.take(operation)


def begin(operation: Operation, kind: Kind, *, actor: Actor) -> None:
    """Inside a transaction that holds the lock: let the rows run. Raises Conflict, Refused"""
    if operation.state == State.CHECKED:
        bind(operation, kind)
    stop_at = operation.stop_after_errors
    move(operation, Event.STARTED, started_at=timezone.now(), stop_at=stop_at, problem="")
    checked = Chunk.objects.filter(operation=operation, phase=Phase.CHECK).order_by("number")
    Chunk.objects.bulk_create(
        Chunk(
            operation=operation,
            number=one.number,
            phase=Phase.RUN,
            first_row=one.first_row,
            last_row=one.last_row,
            fingerprint=one.fingerprint,
        )
        for one in checked.iterator(chunk_size=500)
    )
    say(operation, _("Started by %(name)s.") % {"name": actor.name})
    trace("run", operation, actor=actor, ready=operation.totals["ready"])
    transaction.on_commit(dispatch_soon)
