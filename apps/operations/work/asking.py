"""Asking for long work: on a file, without one, or for the failed rows of an earlier operation."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.writing import written
from apps.core.context import current_reference
from apps.core.errors import Conflict, Refused
from apps.operations.acts.rows import kept
from apps.operations.models import Chunk, Item, Operation, StoredFile
from apps.operations.work import kinds
from apps.operations.work.dispatching import dispatch_soon
from apps.operations.work.kinds import Kind
from apps.operations.work.moving import say, standing
from apps.operations.work.retention import expires_from_now
from apps.operations.work.sources import AGAIN
from apps.operations.work.states import Phase, State
from apps.operations.work.tracing import refusals_traced, trace
from apps.staff.models import Store, User

OVER = (State.DONE, State.CANCELLED)


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
    return _start(
        actor, user, kinds.named(kind), parameters, title or file.name, stop_after_errors, file=file
    )


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
    wanted = kinds.named(kind)
    return _start(actor, user, wanted, parameters, title, stop_after_errors)


@refusals_traced("rerun")
def rerun_failed(*, actor: Actor, user: User, operation: Operation) -> Operation:
    """A new operation of the rows that were not done (or skipped), with their row numbers, dry run first.

    Raises: Conflict while it runs, or when there are none; Refused
    """
    kind = kinds.named(operation.kind)
    operation = Operation.objects.get(pk=operation.pk)
    if kind.export is not None:
        raise Conflict(
            _("Its rows make one file together, and some rows alone would be half of it."),
            next_step=_("Ask for it anew."),
        )
    if again := rerun_under_way(operation):
        raise Conflict(_("These rows are run again as %(number)s already.") % {"number": again.number})
    if operation.state not in OVER:
        raise Conflict(standing(operation), next_step=_("Wait until it has ended."))
    if not Item.objects.filter(operation=operation, state__in=AGAIN).exists():
        raise Conflict(_("%(number)s has no failed rows.") % {"number": operation.number})
    return _start(
        actor,
        user,
        kind,
        operation.parameters,
        operation.title,
        operation.stop_after_errors,
        file=operation.file,
        rerun_of=operation,
    )


def _title(kind: Kind, parameters: Mapping[str, Any]) -> str:
    """Of a kind that is asked about a period: with the period, so that a list of them can be told apart."""
    if {"from", "until"} <= set(parameters):
        days = f"{parameters['from']} – {parameters['until']}"
        return f"{kind.title}: {days}" + (f" ({parameters['zone']})" if "zone" in parameters else "")
    return str(kind.title)


def rerun_under_way(operation: Operation) -> Operation | None:
    """The operation that runs its failed rows again, or did: what failed there is run again from there."""
    given_up = (State.CANCELLED, State.REJECTED, State.UNREADABLE)
    return operation.reruns.exclude(state__in=given_up).order_by("-pk").first()


def _start(
    actor: Actor,
    user: User,
    kind: Kind,
    parameters: Mapping[str, Any] | None,
    title: str,
    stop_after_errors: int | None,
    *,
    file: StoredFile | None = None,
    rerun_of: Operation | None = None,
) -> Operation:
    store = Store.objects.filter(pk=actor.store_id).first() if actor.store_id else None
    if not user.has_perm(kind.permission, store):
        raise Refused(_("Your role does not start “%(kind)s” here.") % {"kind": kind.title})
    kept_parameters = dict(parameters or {}) if rerun_of else dict(kind.parameters(parameters or {}))
    with written():
        operation = Operation.objects.create(
            kind=kind.code,
            title=(title or _title(kind, kept_parameters))[:200],
            parameters=kept_parameters,
            file=file,
            file_sha256=file.sha256 if file else "",
            requested_by=user,
            requester_name=user.name,
            requester_role=actor.role,
            store=store,
            actor={**kept(actor), "channel": "operation"},
            correlation=current_reference(),
            stop_after_errors=stop_after_errors,
            rerun_of=rerun_of,
            expires_at=expires_from_now(),
        )
        Chunk.objects.create(operation=operation, number=1, phase=Phase.READ, first_row=0, last_row=0)
        if rerun_of is not None:
            trace("rerun", operation, actor=actor, earlier=rerun_of.number)
        else:
            trace("started", operation, actor=actor, reason=str(kept_parameters.get("reason", "")))
        say(operation, _("Asked for by %(name)s.") % {"name": actor.name})
        transaction.on_commit(dispatch_soon)
    return operation
