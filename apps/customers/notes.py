"""Adding a note: reserved before it is sent, sent once, settled as done, not done or not known yet."""

import hashlib
import unicodedata
import uuid
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.audit.writing import written
from apps.capillary.errors import CapillaryError
from apps.capillary.resources import notes
from apps.capillary.types_activity import Note
from apps.core.context import current_reference
from apps.core.errors import BadInput, Conflict, Refused
from apps.customers.models import NoteAct
from apps.customers.recent import remember_act
from apps.customers.sealing import seal
from apps.staff.connection import client_for

State = NoteAct.State
LONGEST = 1000
# After the last of these a person has to look. The first also outlives a process that died while sending.
CHECK_AFTER = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
IN_PROGRESS_LIMIT = timedelta(seconds=60)


def tidy_note(text: str) -> str:
    """The text as it is sent: line ends plain, control and invisible characters out. Raises BadInput."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        sign for sign in plain if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs", "Cn", "Co"}
    )
    kept = "\n".join(" ".join(line.split()) for line in kept.split("\n")).strip()
    if not kept:
        raise BadInput(_("Write the note first."), field="text")
    if len(kept) > LONGEST:
        raise BadInput(
            _("This note has %(length)s characters, at most %(longest)s can be added. Shorten it.")
            % {"length": f"{len(kept):,}", "longest": f"{LONGEST:,}"},
            field="text",
        )
    return kept


def add_note(*, actor: Actor, customer_id: int, text: str, token: uuid.UUID) -> NoteAct:
    """Add one note to a customer. The same form sent again gives the same act and sends nothing.

    Shape:  the act as it stands: done, not_done (message and code say why), or unknown
    Raises: BadInput for the text; Conflict while an equal note is not settled; TraceUnavailable, then
            nothing was sent
    """
    plain = tidy_note(text)
    if actor.user_id is None:
        raise Refused(_("Only a signed-in person can add a note."))
    already = _of_form(actor, token)
    if already is not None:
        return already
    try:
        act = _reserve(actor, customer_id, plain, token)
    except IntegrityError:
        return _the_other(actor, customer_id, plain, token)
    return send(actor=actor, act=act, text=plain)


def send(*, actor: Actor, act: NoteAct, text: str) -> NoteAct:
    """Send a reserved note and settle it. No transaction is open while the outside is asked."""
    try:
        note = client_for(actor).send(
            notes.add(customer_id=act.customer_id, text=text, date=timezone.localtime(act.created_at))
        )
    except CapillaryError as error:
        return settle(
            actor=actor, act=act, state=State.NOT_DONE if error.outcome_known else State.UNKNOWN, error=error
        )
    except BaseException:
        # Nobody knows how far it came: the row stays in progress and is read back.
        NoteAct.objects.filter(pk=act.pk, state=State.IN_PROGRESS).update(
            next_check_at=timezone.now() + CHECK_AFTER[0]
        )
        raise
    return settle(actor=actor, act=act, state=State.DONE, note=note)


def settle(
    *,
    actor: Actor,
    act: NoteAct,
    state: State,
    note: Note | None = None,
    error: CapillaryError | None = None,
    checks: int | None = None,
) -> NoteAct:
    """Write the outcome and its entry, unless somebody else settled it in the meantime."""
    now = timezone.now()
    with transaction.atomic():
        kept = NoteAct.objects.select_for_update().get(pk=act.pk)
        if not kept.is_open:
            return kept
        moved = kept.state != state
        kept.state = state
        kept.checks = kept.checks if checks is None else checks
        kept.next_check_at = _next_check(kept, now)
        if error is not None:
            kept.message, kept.code, kept.request_id = (
                error.message[:300],
                error.code[:20],
                error.request_id[:80],
            )
        if state in {State.DONE, State.NOT_DONE}:
            kept.settled_at = now
        if state == State.DONE:
            kept.outside_id = _free_id(kept, note)
            kept.text_sealed = kept.message = kept.code = ""
        kept.save()
        # Looking again and still not knowing is no news; the look itself is traced as a call.
        if moved:
            _trace_settled(actor, kept)
    if state == State.DONE:
        remember_act(user_id=kept.user_id, customer_id=kept.customer_id, act=str(_("Note added")))
    return kept


def _reserve(actor: Actor, customer_id: int, text: str, token: uuid.UUID) -> NoteAct:
    """The row and its entry, in one short transaction. Raises IntegrityError when one like it is open."""
    now = timezone.now()
    with written():
        act = NoteAct.objects.create(
            token=token,
            user_id=actor.user_id or 0,
            user_name=actor.name,
            customer_id=customer_id,
            text_sealed=seal(text),
            text_hash=hash_of(customer_id, text),
            created_at=now,
            next_check_at=now + IN_PROGRESS_LIMIT,
            correlation=current_reference(),
        )
        record(
            "customer.note.asked",
            actor=actor,
            customer=str(customer_id),
            subject=act.reference,
            details={"length": len(text)},
        )
    return act


def _the_other(actor: Actor, customer_id: int, text: str, token: uuid.UUID) -> NoteAct:
    """Lost the race: against the same form it is that act, against another one a conflict."""
    same_form = _of_form(actor, token)
    if same_form is not None:
        return same_form
    other = (
        NoteAct.objects.unsettled()
        .filter(customer_id=customer_id, text_hash=hash_of(customer_id, text))
        .first()
    )
    who = other.user_name if other else _("somebody")
    raise Conflict(
        _("The same note, sent by %(who)s, is not known to be added yet.") % {"who": who},
        next_step=_("Wait until it is settled below. Do not send it again."),
        field="text",
    )


def _of_form(actor: Actor, token: uuid.UUID) -> NoteAct | None:
    return NoteAct.objects.filter(user_id=actor.user_id or 0, token=token).first()


def _next_check(act: NoteAct, now: datetime) -> datetime | None:
    if act.state != State.UNKNOWN:
        return None
    return now + CHECK_AFTER[min(act.checks, len(CHECK_AFTER) - 1)]


def _free_id(act: NoteAct, note: Note | None) -> str:
    """The outside's id, unless another act of ours has it: then the answer named the wrong note."""
    if note is None or not note.id:
        return ""
    taken = (
        NoteAct.objects.filter(customer_id=act.customer_id, outside_id=note.id).exclude(pk=act.pk).exists()
    )
    return "" if taken else note.id[:40]


def _trace_settled(actor: Actor, act: NoteAct) -> None:
    outcome = {State.DONE: "done", State.NOT_DONE: "not_done"}.get(State(act.state), "unknown")
    record(
        "customer.note.settled",
        actor=actor,
        outcome=outcome,
        customer=str(act.customer_id),
        subject=act.reference,
        details={"state": act.state, "note_id": act.outside_id, "code": act.code, "checks": act.checks},
    )


def hash_of(customer_id: int, text: str) -> str:
    """What an equal note has in common: SHA-256 of customer and text, spaces and case aside."""
    return hashlib.sha256(f"{customer_id}\n{' '.join(text.split()).casefold()}".encode()).hexdigest()
