"""Reads notes back to learn what became of one whose answer never came."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor, system_actor
from apps.audit.services import record
from apps.capillary.resources import notes
from apps.capillary.types_activity import Note
from apps.core.context import new_reference, use_reference
from apps.core.errors import Conflict, ConsoleError
from apps.customers.models import NoteAct
from apps.customers.notes import CHECK_AFTER, add_note, hash_of, settle
from apps.staff.connection import client_for

State = NoteAct.State
AT_ONCE = 20
# The outside writes dates without a zone and its clock is not ours, so the window is generous on both
# sides; the text must be equal and the note must not belong to another act.
WINDOW = timedelta(hours=14)
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

    Shape: the act as it stands after; unknown again when it is not there (yet), needs_person after the
           last look
    """
    try:
        found = _find(actor, act)
    except ConsoleError:
        # Not being able to look says nothing about the note: it is looked for again later.
        return _again(actor, act, looked=False)
    if found is not None:
        return settle(actor=actor, act=act, state=State.DONE, note=found, checks=act.checks + 1)
    return _again(actor, act, looked=True)


def check_again(*, actor: Actor, act: NoteAct) -> NoteAct:
    """A person asks to look now. Raises CapillaryError when the notes cannot be read."""
    found = _find(actor, act)
    record("customer.note.checked", actor=actor, customer=str(act.customer_id), subject=act.reference)
    if found is not None:
        return settle(actor=actor, act=act, state=State.DONE, note=found, checks=act.checks + 1)
    act.refresh_from_db()
    return act


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
    return add_note(actor=actor, customer_id=act.customer_id, text=text, token=token)


def _claim(act: NoteAct, now: datetime) -> bool:
    """Only one worker looks; a worker that dies lets go after a while."""
    claimed = NoteAct.objects.filter(pk=act.pk, state=act.state, next_check_at=act.next_check_at).update(
        next_check_at=now + CLAIMED_FOR, checks=F("checks")
    )
    return bool(claimed)


def _find(actor: Actor, act: NoteAct) -> Note | None:
    listed = client_for(actor).send(notes.get(customer_id=act.customer_id))
    others = NoteAct.objects.filter(customer_id=act.customer_id).exclude(pk=act.pk).exclude(outside_id="")
    taken = set(others.values_list("outside_id", flat=True))
    return next((note for note in listed if note.id not in taken and _fits(note, act)), None)


def _fits(note: Note, act: NoteAct) -> bool:
    if hash_of(act.customer_id, note.text) != act.text_hash:
        return False
    return note.added_at is None or abs(note.added_at - act.created_at) <= WINDOW


def _again(actor: Actor, act: NoteAct, *, looked: bool) -> NoteAct:
    checks = act.checks + looked
    old = timezone.now() - act.created_at > sum(CHECK_AFTER, timedelta())
    over = checks >= len(CHECK_AFTER) and old
    return settle(actor=actor, act=act, state=State.NEEDS_PERSON if over else State.UNKNOWN, checks=checks)
