"""Reads notes back to learn what became of one whose answer never came."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor, system_actor
from apps.audit.services import record
from apps.capillary.types_activity import Note
from apps.core.context import new_reference, use_reference
from apps.core.errors import Conflict, ConsoleError
from apps.customers.models import NoteAct
from apps.customers.note_reading import Sought, seek
from apps.customers.note_sending import end_unsent
from apps.customers.note_states import State, looked, not_read, settle, tell_known
from apps.customers.notes import add_note

AT_ONCE = 20
CLAIMED_FOR = timedelta(seconds=90)


def settle_due() -> int:
    """Read back the notes of every act that is due; returns how many were looked at."""
    now = timezone.now()
    handled = 0
    for act in NoteAct.objects.due(now)[:AT_ONCE]:
        if not _claim(act, now):
            continue
        with use_reference(act.correlation or new_reference()):
            check(actor=system_actor("Sweep of notes"), act=act)
        handled += 1
    return handled


def check(*, actor: Actor, act: NoteAct) -> NoteAct:
    """Look for the note among the customer's notes and settle the act if it is there.

    Shape: the act as it stands after: done; not_done when it never left; unknown again
           when it is not there (yet); needs_person when looking again cannot help or it is too old
    """
    act = end_unsent(actor=actor, act=act)
    if not act.is_open:
        return act
    try:
        found = seek(actor, act)
    except ConsoleError as error:
        return not_read(actor=actor, act=act, error=error)
    return _after(actor, act, found)


def check_again(*, actor: Actor, act: NoteAct) -> NoteAct:
    """A person asks to look now. Raises CapillaryError when the notes cannot be read."""
    found = seek(actor, act)
    record("customer.note.checked", actor=actor, customer=str(act.customer_id), subject=act.reference)
    if found.proof is not None or found.is_ambiguous:
        return _after(actor, act, found)
    act.refresh_from_db()
    return act


def accept(*, actor: Actor, act: NoteAct, note_id: str) -> NoteAct:
    """A person says which of the notes alike is this one. Raises Conflict when nothing is left to say."""
    if act.state != State.NEEDS_PERSON or note_id not in {one[0] for one in act.alike}:
        raise Conflict(
            _("This note no longer waits for that answer."), next_step=_("Look at the notes again.")
        )
    record(
        "customer.note.accepted",
        actor=actor,
        customer=str(act.customer_id),
        subject=act.reference,
        details={"note_id": note_id},
    )
    return settle(actor=actor, act=act, state=State.DONE, note=Note(id=note_id, text="", added_at=None))


def add_again(*, actor: Actor, act: NoteAct, token: uuid.UUID) -> NoteAct:
    """A person says it is not there: looked for once more, then given up and sent as a new act.

    Raises: Conflict while the console is still checking by itself; CapillaryError when the notes cannot
            be read: then nothing is sent
    """
    if act.state != State.NEEDS_PERSON:
        raise Conflict(
            _("The console is still checking this note by itself."),
            next_step=_("Wait until it is settled or asks for a person."),
        )
    checked = check_again(actor=actor, act=act)
    if checked.state != State.NEEDS_PERSON:
        return checked
    text = act.text
    if not text:
        raise Conflict(_("The text of this note can no longer be read. Write it again."))
    with transaction.atomic():
        given_up = NoteAct.objects.filter(pk=act.pk, state=State.NEEDS_PERSON).update(
            state=State.NOT_DONE, settled_at=timezone.now()
        )
        if not given_up:
            raise Conflict(_("Somebody else has just settled this note."))
        record("customer.note.given_up", actor=actor, customer=str(act.customer_id), subject=act.reference)
        act.state = State.NOT_DONE
        tell_known(act)
    return add_note(actor=actor, customer_id=act.customer_id, text=text, token=token)


def _after(actor: Actor, act: NoteAct, found: Sought) -> NoteAct:
    if found.proof is not None:
        return settle(actor=actor, act=act, state=State.DONE, note=found.proof)
    return looked(actor=actor, act=act, alike=found.alike, decide=found.is_ambiguous)


def _claim(act: NoteAct, now: datetime) -> bool:
    """Only one worker looks; a worker that dies lets go after a while."""
    claimed = NoteAct.objects.filter(pk=act.pk, state=act.state, next_check_at=act.next_check_at).update(
        next_check_at=now + CLAIMED_FOR
    )
    return bool(claimed)
