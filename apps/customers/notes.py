"""Adding a note: reserved before it is sent, sent once, settled as done, not done or not known yet."""

import uuid

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.audit.writing import written
from apps.core.context import current_reference, new_reference
from apps.core.errors import Conflict, Refused
from apps.customers.models import NoteAct
from apps.customers.note_sending import send
from apps.customers.note_text import hash_of, tidy_note
from apps.customers.sealing import seal
from apps.operations.acts.carrying import in_progress_limit


def add_note(*, actor: Actor, customer_id: int, text: str, token: uuid.UUID) -> NoteAct:
    """Add one note to a customer. The same form sent again gives the same act and sends nothing.

    Shape:  the act as it stands: done, not_done (message and code say why), or unknown
    Raises: BadInput for the text; Conflict when this form has sent another note, and while an equal note is
            not settled; TraceUnavailable, then nothing was sent; for a row of long work NotSent too
    """
    plain = tidy_note(text)
    if actor.user_id is None:
        raise Refused(_("Only a signed-in person can add a note."))
    already = _of_form(actor, customer_id, plain, token)
    if already is not None:
        return already
    try:
        act = _reserve(actor, customer_id, plain, token)
    except IntegrityError:
        return _the_other(actor, customer_id, plain, token)
    return send(actor=actor, act=act, text=plain)


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
            # Outlives a process that died while sending: its deadline and all waiting before it end earlier.
            next_check_at=now + in_progress_limit(actor.channel),
            correlation=current_reference() or new_reference(),
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
    same_form = _of_form(actor, customer_id, text, token)
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


def _of_form(actor: Actor, customer_id: int, text: str, token: uuid.UUID) -> NoteAct | None:
    """The act of this form. Raises Conflict when that was another note: this one was never sent."""
    act = NoteAct.objects.filter(user_id=actor.user_id or 0, token=token).first()
    if act is None or (act.customer_id, act.text_hash) == (customer_id, hash_of(customer_id, text)):
        return act
    raise Conflict(
        _("This form has already sent another note. What is written here now was not sent."),
        next_step=_("Read it once more, then add it."),
        field="text",
    )
