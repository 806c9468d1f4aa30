"""Finds a note among those the outside lists, and says when it could be more than one."""

from dataclasses import dataclass
from datetime import timedelta

from apps.audit.actor import Actor
from apps.capillary.resources import notes
from apps.capillary.types_activity import Note
from apps.customers.models import NoteAct
from apps.customers.note_text import hash_of
from apps.staff.connection import client_for

# The note carries the second it was reserved at; an outside that takes its own clock instead is this far off.
TOLERANCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Sought:
    """proof is the note when it can only be this one; alike are those that may be it."""

    proof: Note | None
    alike: tuple[Note, ...]

    @property
    def is_ambiguous(self) -> bool:
        """More than one fits: looking again tells nothing new."""
        return self.proof is None and len(self.alike) > 1


def seek(actor: Actor, act: NoteAct) -> Sought:
    """Read the customer's notes and look for this one. Raises CapillaryError, TraceUnavailable."""
    listed = client_for(actor).send(notes.get(customer_id=act.customer_id))
    others = NoteAct.objects.filter(customer_id=act.customer_id).exclude(pk=act.pk).exclude(outside_id="")
    not_ours = {*others.values_list("outside_id", flat=True), *(act.seen_before or ())}
    equal = [note for note in listed if note.id not in not_ours and _has_text(note, act)]
    fitting = [note for note in equal if _is_of_then(note, act)]
    if len(fitting) == 1:
        return Sought(fitting[0], ())
    # When it is known what was there before, an equal one that came since may be ours whatever its date.
    since = equal if act.seen_before is not None else []
    return Sought(None, tuple(fitting or since))


def _has_text(note: Note, act: NoteAct) -> bool:
    return hash_of(act.customer_id, note.text) == act.text_hash


def _is_of_then(note: Note, act: NoteAct) -> bool:
    return note.added_at is not None and abs(note.added_at - act.created_at) <= TOLERANCE
