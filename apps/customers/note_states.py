"""Where an act on a note goes next: the outcome with its entry, and when it is looked for again."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.audit.writing import written
from apps.capillary.types_activity import Note
from apps.core.errors import ConsoleError
from apps.core.masking import mask
from apps.customers.models import NoteAct
from apps.customers.recent import remember_act
from apps.operations.models import Notice
from apps.operations.notices import tell
from apps.operations.webhooks import events as hooks

State = NoteAct.State
# Looks that failed count too: an outside that is ill is not asked every few seconds.
CHECK_AFTER = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
)
# A note that is not among notes which could be read goes to a person after four looks; notes that cannot
# be read get one hour more.
NOT_THERE_AFTER = sum(CHECK_AFTER[:-1], timedelta())
NOT_READ_AFTER = sum(CHECK_AFTER, timedelta())


def settle(
    *,
    actor: Actor,
    act: NoteAct,
    state: State,
    note: Note | None = None,
    error: ConsoleError | None = None,
    frees_form: bool = False,
    only_unsent: bool = False,
) -> NoteAct:
    """Write the outcome of the sending and its entry, unless somebody else settled it in the meantime.

    error  why it was not done or is not known, for the person
    frees_form  the same form may be sent again as a new act
    only_unsent  unless it has left meanwhile; from then on it cannot leave
    Raises: TraceUnavailable when it cannot be written; the row is then as it was
    """
    with written():
        kept = NoteAct.objects.select_for_update().get(pk=act.pk)
        if not kept.is_open or (only_unsent and kept.sent_at is not None):
            return kept
        if error is not None:
            kept.message, kept.code = error.message[:300], error.code[:20]
            kept.request_id = error.request_id[:80]
        if frees_form:
            # Every act has a token: this one gets one that stands in no form.
            kept.token = uuid.uuid4()
        if state == State.DONE:
            kept.outside_id = _free_id(kept, note)
            kept.text_sealed = kept.message = kept.code = kept.unread = ""
        _move(actor, kept, state)
    if state == State.DONE:
        remember_act(user_id=kept.user_id, customer_id=kept.customer_id, act=str(_("Note added")))
    return kept


def looked(*, actor: Actor, act: NoteAct, alike: Sequence[Note] = (), decide: bool = False) -> NoteAct:
    """The notes were read and do not prove it: look again later, or hand it to a person.

    alike   notes that may be it, for the person to compare
    decide  looking again cannot help
    """
    shown = [[note.id, note.added_at.isoformat() if note.added_at else ""] for note in alike]
    return _looked(actor, act, NOT_THERE_AFTER, decide=decide, unread="", alike=shown)


def not_read(*, actor: Actor, act: NoteAct, error: ConsoleError) -> NoteAct:
    """The notes could not be read, which says nothing about the note."""
    permanent = bool(getattr(error, "permanent", False))
    return _looked(actor, act, NOT_READ_AFTER, decide=permanent, unread=error.message[:300])


def _looked(
    actor: Actor, act: NoteAct, give_up_after: timedelta, *, decide: bool, **found: object
) -> NoteAct:
    with written():
        kept = NoteAct.objects.select_for_update().get(pk=act.pk)
        if not kept.is_open:
            return kept
        kept.checks += 1
        for name, value in found.items():
            setattr(kept, name, value)
        over = decide or timezone.now() - kept.created_at > give_up_after
        waits = over or kept.state == State.NEEDS_PERSON
        _move(actor, kept, State.NEEDS_PERSON if waits else State.UNKNOWN)
    return kept


def _move(actor: Actor, act: NoteAct, state: State) -> None:
    """Save the act in this state. Still not knowing is no news: the look itself is traced as a call."""
    now = timezone.now()
    was = act.state
    act.state = state
    act.next_check_at = _next_check(act, now)
    act.settled_at = None if act.is_open else now
    act.save()
    if was == state:
        return
    _trace_settled(actor, act)
    if was in (State.UNKNOWN, State.NEEDS_PERSON) and not act.is_open:
        _tell(act)
        tell_known(act)


def tell_known(act: NoteAct) -> None:
    """Webhooks: what was not known of this note is known."""
    outcome = "done" if act.state == State.DONE else "not_done"
    hooks.tell(hooks.UNKNOWN_SETTLED, kind="noteact", id=act.pk, reference=act.reference, outcome=outcome)


def _tell(act: NoteAct) -> None:
    """The author left it without knowing."""
    whom = mask("id", act.customer_id)
    done = act.state == State.DONE
    words = _("It took place: note for customer %(whom)s.")
    if not done:
        words = _("It did not take place: note for customer %(whom)s.")
    tell(
        user_id=act.user_id,
        words=words % {"whom": whom},
        url=reverse("customers:tab", args=[act.customer_id, "notes"]),
        level=Notice.Level.OK if done else Notice.Level.BAD,
    )


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
        details={
            # The sweep settles too: a sentence about a note names whose it is, not who looked.
            "author": act.user_name,
            "state": act.state,
            "note_id": act.outside_id,
            "error_code": act.code,
            "checks": act.checks,
        },
    )
