"""Sends a reserved note once, and knows afterwards whether it can have left."""

import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.writing import written
from apps.capillary.client import Client
from apps.capillary.errors import CapillaryError, NotSent
from apps.capillary.resources import notes
from apps.capillary.types_activity import Note
from apps.core.context import use_reference
from apps.core.errors import ConsoleError, TraceUnavailable, Unavailable
from apps.customers.models import NoteAct
from apps.customers.note_states import CHECK_AFTER, State, settle
from apps.operations.acts.carrying import fenced
from apps.staff.connection import client_for, config

# The notes that are there before are worth so much waiting; without them the date alone has to prove it.
READ_FIRST_SECONDS = 2.0


def send(*, actor: Actor, act: NoteAct, text: str) -> NoteAct:
    """Send a reserved note and settle it. No transaction is open while the outside is asked.

    Raises: TraceUnavailable when nothing was sent and not even that could be written (the sweep then finds
            that no call left); Unavailable when it was sent and its outcome could not be written; for a row of
            long work also NotSent and TraceUnavailable when nothing was sent: its form may then be sent again
    """
    with use_reference(act.correlation):
        try:
            note = _sent(client_for(actor), act, text)
        except (NotSent, TraceUnavailable) as error:
            # The trail refuses before anything leaves.
            return _not_sent(actor, act, error)
        except CapillaryError as error:
            if error.outcome_known:
                return settle(actor=actor, act=act, state=State.NOT_DONE, error=error)
            return _settle_sent(actor, act, State.UNKNOWN, error=error)
        except BaseException:
            # How far it came stands in the trail: the sweep looks there first.
            NoteAct.objects.filter(pk=act.pk, state=State.IN_PROGRESS).update(
                next_check_at=timezone.now() + CHECK_AFTER[0]
            )
            raise
        return _settle_sent(actor, act, State.DONE, note=note)


def _not_sent(actor: Actor, act: NoteAct, error: ConsoleError) -> NoteAct:
    """A person reads why, and decides; a row of long work is put off and tried again under the same token."""
    if actor.channel != "operation":
        return settle(actor=actor, act=act, state=State.NOT_DONE, error=error)
    settled = settle(actor=actor, act=act, state=State.NOT_DONE, error=error, frees_form=True)
    if settled.token == act.token:
        # Somebody was quicker and has told what became of it.
        return settled
    raise error


def _sent(client: Client, act: NoteAct, text: str) -> Note:
    _remember_seen(client, act)
    moment = act.created_at.astimezone(ZoneInfo(config().timezone))
    call = notes.add(customer_id=act.customer_id, text=text, date=moment)
    return fenced(client, act, call).send(call)


def _settle_sent(actor: Actor, act: NoteAct, state: State, **facts: Any) -> NoteAct:
    try:
        return settle(actor=actor, act=act, state=state, **facts)
    except TraceUnavailable as error:
        raise Unavailable(
            _("The note was sent, and what became of it could not be written down."),
            next_step=_("Do not add it again. The console looks for it as soon as it can."),
        ) from error


def end_unsent(*, actor: Actor, act: NoteAct, frees_form: bool = False) -> NoteAct:
    """Settle one whose sender stopped before the call as not done. Whoever may still hold it marks it before it
    leaves, and only while it is in progress. Raises TraceUnavailable

    Shape: the act as it stands after: open when it has left, or is looked for already
    """
    if act.state == State.IN_PROGRESS and act.sent_at is None:
        error = Unavailable(
            _("The console stopped before the note was sent."),
            next_step=_("Add it again if it is still needed."),
        )
        return settle(
            actor=actor, act=act, state=State.NOT_DONE, error=error, frees_form=frees_form, only_unsent=True
        )
    if frees_form and act.state == State.NOT_DONE and act.sent_at is None:
        NoteAct.objects.filter(pk=act.pk).update(token=uuid.uuid4())
    return act


def _remember_seen(client: Client, act: NoteAct) -> None:
    """Keep which notes were there before: none of these can be the one that is sent now."""
    asked = {"notes": notes.get(customer_id=act.customer_id)}
    answer = client.send_all(asked, wait_seconds=READ_FIRST_SECONDS)["notes"]
    if answer.value is None:
        return
    act.seen_before = [note.id for note in answer.value]
    with written():
        NoteAct.objects.filter(pk=act.pk).update(seen_before=act.seen_before)
