"""Mails that hold up nobody: whoever asks for one leaves a row, and a worker writes and sends it.

So a page takes as long whether there is somebody to write to or not, and no slow mail server is waited for. What a
mail is about is kept sealed; a link with a secret is made at the moment of sending and is in the mail alone.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from apps.audit.actor import system_actor
from apps.audit.services import record
from apps.core.context import new_reference, use_reference
from apps.core.sealing import Sealer
from apps.staff.mailing import hand_over
from apps.staff.models import User
from apps.staff.session_models import Letter

Kind = Letter.Kind

# Longer than a mail server may take: then another worker may try.
TAKEN_FOR = timedelta(minutes=2)
# Pauses after the first, second … failure; after the last one it is given up.
PAUSES = (timedelta(seconds=30), timedelta(minutes=3), timedelta(minutes=15), timedelta(hours=1))
AT_ONCE = 20
_sealer = Sealer("apps.staff.letters")


@dataclass(frozen=True)
class Mail:
    """To whom, and what. not_sent is called when nobody took it."""

    to: User
    subject: str
    text: str
    not_sent: Callable[[], object] = lambda: None


Writer = Callable[[dict[str, Any]], Mail | None]
_writers: dict[str, Writer] = {}


def writes(kind: Kind) -> Callable[[Writer], Writer]:
    """Mark what writes the mails of a kind from what they are about; None when there is nobody to write to."""

    def keep(writer: Writer) -> Writer:
        _writers[kind] = writer
        return writer

    return keep


def post(kind: Kind, **about: Any) -> None:
    """A mail of this kind goes out soon; about is plain values."""
    Letter.objects.create(kind=kind, sealed=_sealer.seal(json.dumps(about)))


def send_due() -> int:
    """The sweep: write and send what waits; how many went out. May run twice at once."""
    due = Letter.objects.filter(due_at__lte=timezone.now()).order_by("due_at", "pk")
    with use_reference(new_reference()):
        return sum(_send(pk) for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]))


@sensitive_variables("mail", "opened")
def _send(pk: int) -> bool:
    now = timezone.now()
    mine = Letter.objects.filter(pk=pk, due_at__lte=now)
    if not mine.update(due_at=now + TAKEN_FOR, tries=F("tries") + 1):
        return False
    letter = Letter.objects.get(pk=pk)
    opened = _sealer.unseal(letter.sealed)
    mail = _writers[letter.kind](json.loads(opened)) if opened else None
    if mail is None:
        letter.delete()
        return False
    if hand_over(mail.to, mail.subject, mail.text):
        letter.delete()
        return True
    mail.not_sent()
    _later(letter, mail)
    return False


def _later(letter: Letter, mail: Mail) -> None:
    if letter.tries <= len(PAUSES):
        Letter.objects.filter(pk=letter.pk).update(due_at=timezone.now() + PAUSES[letter.tries - 1])
        return
    details = {"kind": letter.kind}
    actor = system_actor("Letters")
    record("staff.letter_not_sent", actor=actor, outcome="not_done", subject=mail.to.name, details=details)
    letter.delete()
