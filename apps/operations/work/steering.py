"""Start, pause, resume, cancel, and freeing what is parked: wishes of people, fulfilled between two rows."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.writing import written
from apps.core.errors import Conflict, Refused
from apps.operations.models import Chunk, Item, Operation
from apps.operations.work import kinds
from apps.operations.work.approving import check_ready_rows
from apps.operations.work.dispatching import dispatch_soon
from apps.operations.work.ending import end_cancelled, stop_if_wanted
from apps.operations.work.moving import locked, move, say, standing
from apps.operations.work.starting import begin
from apps.operations.work.states import WORKING, ChunkState, Event, ItemState, State
from apps.operations.work.tracing import refusals_traced, trace
from apps.staff.models import User


@refusals_traced("run")
def run(*, actor: Actor, user: User, operation: Operation) -> Operation:
    """Start the rows: ready → running; or checked → running within the requester's own authority.

    Raises: Conflict in another state or when nothing is ready; Refused without permission, when a second
            person is needed, or when limits do not suffice
    """
    kind = kinds.named(operation.kind)
    with written():
        operation = locked(operation.pk)
        _check_may_steer(user, operation)
        check_ready_rows(operation)
        why = []
        if operation.state == State.CHECKED:
            why = kind.authority(operation.requested_by, operation.store, operation.totals)
        if why:
            # Limits may have shrunk since the dry run: kept, so that the page offers to ask for approval.
            operation.why = why
            operation.save(update_fields=["why"])
        else:
            begin(operation, kind, actor=actor)
    if why:
        raise Refused(
            _("A second person has to approve this file: %(why)s") % {"why": why[0]["words"]},
            next_step=_("Ask for approval."),
        )
    return operation


@refusals_traced("pause")
def pause(*, actor: Actor, user: User | None, operation: Operation) -> Operation:
    """Stop between rows. running → paused as soon as no row is in flight. Raises Conflict, Refused"""
    with written():
        operation = locked(operation.pk)
        _check_may_steer(user, operation)
        if operation.state != State.RUNNING or operation.is_stopping:
            raise Conflict(standing(operation))
        operation.pause_wanted, operation.stopped_by_name, operation.problem = True, actor.name, ""
        operation.save(update_fields=["pause_wanted", "stopped_by_name", "problem"])
        trace("paused", operation, actor=actor)
        stop_if_wanted(operation)
    return operation


@refusals_traced("resume")
def resume(*, actor: Actor, user: User | None, operation: Operation) -> Operation:
    """Go on where it stopped. paused → running. Raises Conflict, Refused"""
    with written():
        operation = locked(operation.pk)
        _check_may_steer(user, operation)
        failed = Item.objects.filter(operation=operation, state=ItemState.NOT_DONE).count()
        allowed = operation.stop_after_errors
        stop_at = failed + allowed if allowed is not None else None
        move(operation, Event.RESUMED, problem="", stopped_by_name="", stop_at=stop_at)
        say(operation, _("Resumed by %(name)s.") % {"name": actor.name})
        trace("resumed", operation, actor=actor)
        transaction.on_commit(dispatch_soon)
    return operation


@refusals_traced("cancel")
def cancel(*, actor: Actor, user: User | None, operation: Operation, reason: str = "") -> Operation:
    """End it between rows, for good: rows not begun are skipped and give back what they took.

    Shape:  cancelled, or stopping while rows are in flight
    Raises: Conflict when it is over; Refused
    """
    with written():
        operation = locked(operation.pk)
        _check_may_steer(user, operation)
        if operation.is_over or operation.cancel_wanted:
            raise Conflict(standing(operation))
        operation.cancel_wanted, operation.stopped_by_name = True, actor.name
        operation.save(update_fields=["cancel_wanted", "stopped_by_name"])
        trace("cancelled", operation, actor=actor, reason=reason.strip())
        say(operation, _("Cancelled by %(name)s.") % {"name": actor.name})
        if operation.state in WORKING:
            stop_if_wanted(operation)
        else:
            end_cancelled(operation)
    return operation


@refusals_traced("free")
def free_chunk(*, actor: Actor, user: User | None, operation: Operation, chunk: Chunk) -> Operation:
    """Let a parked chunk of it be tried again. Raises Conflict, Refused"""
    with written():
        operation = locked(operation.pk)
        _check_may_steer(user, operation)
        parked = operation.chunks.filter(pk=chunk.pk, state=ChunkState.PARKED)
        freed = parked.update(
            state=ChunkState.WAITING, tries=0, sent_at=None, due_at=timezone.now(), error=""
        )
        if not freed:
            raise Conflict(_("These rows are not parked any more."))
        trace("freed", operation, actor=actor, first=chunk.first_row, last=chunk.last_row)
        transaction.on_commit(dispatch_soon)
    return operation


def _check_may_steer(user: User | None, operation: Operation) -> None:
    """The operator at the shell may; a person needs the kind's permission in the operation's store."""
    if user is None:
        return
    kind = kinds.named(operation.kind)
    if not user.has_perm(kind.permission, operation.store):
        raise Refused(_("Your role does not steer “%(kind)s” here.") % {"kind": kind.title})
