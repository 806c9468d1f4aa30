"""The second person: says yes to exactly one file and one dry run, or no."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.writing import written
from apps.core.errors import BadInput, Conflict, Refused
from apps.operations.models import Notice, Operation
from apps.operations.notices import tell
from apps.operations.work import kinds
from apps.operations.work.ending import address_of
from apps.operations.work.fingerprints import (
    chunk_fingerprints,
    file_sha256,
    operation_fingerprint,
)
from apps.operations.work.kinds import Kind
from apps.operations.work.moving import locked, move, say, standing
from apps.operations.work.retention import expires_from_now
from apps.operations.work.starting import bind
from apps.operations.work.states import Event, State
from apps.operations.work.tracing import refusals_traced, trace
from apps.staff.models import User

# More people than this do not decide in one store.
MOST_TOLD = 50


@refusals_traced("ask")
def request_approval(*, actor: Actor, user: User, operation: Operation, reason: str = "") -> Operation:
    """Ask a second person. checked → waiting.

    Raises: Conflict in another state, or when no row is ready; Refused for others than the requester
    """
    with written():
        operation = locked(operation.pk)
        if operation.requested_by_id != user.pk:
            raise Refused(_("Only %(name)s can ask for approval.") % {"name": operation.requester_name})
        check_ready_rows(operation)
        move(operation, Event.ASKED, decision_words=reason.strip()[:300])
        say(operation, _("%(name)s asked for approval.") % {"name": actor.name})
        trace("asked", operation, actor=actor, reason=reason.strip())
        _tell_others(operation)
    return operation


@refusals_traced("approve")
def approve(*, actor: Actor, user: User, operation: Operation, sha256: str, fingerprint: str) -> Operation:
    """Bind exactly these bytes and this dry run, and take limits and budgets. waiting → ready.

    sha256, fingerprint  as they stood on the page the person read
    Raises: Refused for the requester, without permission or authority, or when limits do not suffice;
            Conflict when the file or the dry run is not what was on the page
    """
    kind = kinds.named(operation.kind)
    with written():
        operation = locked(operation.pk)
        check_may_decide(user, operation, kind)
        if operation.state != State.WAITING:
            raise Conflict(standing(operation))
        check_unchanged(operation, sha256, fingerprint)
        bind(operation, kind, approver=user)
        say(operation, _("Approved by %(name)s. Only these bytes can run.") % {"name": user.name})
        trace("approved", operation, actor=actor, fingerprint=operation.fingerprint)
        _tell(operation, _("%(number)s is approved and can be started.") % {"number": operation.number})
    return operation


@refusals_traced("reject")
def reject(*, actor: Actor, user: User, operation: Operation, reason: str) -> Operation:
    """The second person says no. waiting → rejected. Raises as `approve`; BadInput without a reason"""
    if not reason.strip():
        raise BadInput(_("Say why, the requester reads it."), field="reason")
    kind = kinds.named(operation.kind)
    with written():
        operation = locked(operation.pk)
        check_may_decide(user, operation, kind)
        words = reason.strip()[:300]
        move(operation, Event.REJECTED, decision_words=words, expires_at=expires_from_now())
        say(operation, _("Rejected by %(name)s: %(words)s") % {"name": user.name, "words": words})
        trace("rejected", operation, actor=actor, reason=words)
        told = _("%(number)s was rejected: %(words)s") % {"number": operation.number, "words": words}
        _tell(operation, told, Notice.Level.BAD)
    return operation


def may_not_decide(user: User, operation: Operation, kind: Kind) -> str:
    """Why this person cannot be the second one, "" when they can."""
    if operation.requested_by_id == user.pk:
        return _("Somebody else has to approve what you asked for.")
    if operation.requested_by_id in user.hands:
        return _("Nobody approves what a program asked whose key they made, nor the other way round.")
    if user.hands & set(_asked_before(operation)):
        return _("These are rows of a file you uploaded: somebody else has to approve them.")
    if not Operation.objects.visible_to(user).filter(pk=operation.pk).exists():
        return _("This operation belongs to another store.")
    if not user.has_perm(kind.approve_permission, operation.store):
        return _("Your role does not approve “%(kind)s” here.") % {"kind": kind.title}
    return kind.approver(user, operation)


def _asked_before(operation: Operation) -> Iterator[int]:
    """Who asked for the operations it runs failed rows of, each time somebody began them anew."""
    earlier = operation.rerun_of
    while earlier is not None:
        yield earlier.requested_by_id
        earlier = earlier.rerun_of


def check_may_decide(user: User, operation: Operation, kind: Kind) -> None:
    """Raises Refused, saying why, unless this person can be the second one."""
    why_not = may_not_decide(user, operation, kind)
    if why_not:
        raise Refused(why_not)


def check_ready_rows(operation: Operation) -> None:
    """Raises Conflict when the dry run left nothing to do."""
    if operation.state == State.CHECKED and not operation.totals.get("ready"):
        raise Conflict(
            _("No row of %(number)s is ready.") % {"number": operation.number},
            next_step=_("Correct the rows and upload the file again."),
        )


def check_unchanged(operation: Operation, sha256: str, fingerprint: str) -> None:
    """Raises Conflict unless what is stored is what the person read."""
    stored = file_sha256(operation)
    found = operation_fingerprint(operation, chunk_fingerprints(operation))
    read = (sha256, fingerprint)
    if read != (operation.file_sha256, operation.fingerprint) or read != (stored, found):
        raise Conflict(
            _("The file or its dry run is not what was on the page, so nothing was approved."),
            next_step=_("Load the page again and look at it once more."),
        )


def _tell_others(operation: Operation) -> None:
    """Those of the store who may decide on it. Nobody there may: then the page says so."""
    kind = kinds.named(operation.kind)
    words = _("%(number)s of %(name)s waits for your approval.")
    for user in deciders_of(operation, kind):
        told = words % {"number": operation.number, "name": operation.requester_name}
        tell(user_id=user.pk, words=told, url=address_of(operation))


def deciders_of(operation: Operation, kind: Kind) -> Iterator[User]:
    """Who could be the second person, each looked at when it is asked for."""
    here = (
        User.objects.people()
        .knowing_services()
        .filter(is_active=True, memberships__store=operation.store_id)
        .distinct()
    )
    return (one for one in here.order_by("pk")[:MOST_TOLD] if not may_not_decide(one, operation, kind))


def somebody_decides(operation: Operation, kind: Kind) -> bool:
    """Whether there is a second person at all."""
    return next(deciders_of(operation, kind), None) is not None


def _tell(operation: Operation, words: str, level: str = Notice.Level.OK) -> None:
    tell(user_id=operation.requested_by_id, words=words, url=address_of(operation), level=level)
