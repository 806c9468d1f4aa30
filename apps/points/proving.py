"""Proof: what the outside said it did is looked for in its lists and its ledger until it is seen, or shown in red."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.audit.actor import Actor, system_actor
from apps.core.context import new_reference, use_reference
from apps.core.errors import ConsoleError
from apps.operations.acts.pacing import paced
from apps.points.models import Redemption, Reversal
from apps.points.proofs import Seen, see_redemption, see_reversal
from apps.points.tracing import trace
from apps.staff.connection import client_for

S = TypeVar("S", Redemption, Reversal)
AT_ONCE = 20
CLAIMED_FOR = timedelta(seconds=90)
LOOK_AFTER = (2, 5, 15, 30, 60, 120, 300)
WHEN_LATE = timedelta(hours=1)
# Books that cannot be read for so long behind the limit are red too: somebody has to know.
UNREAD_FOR = timedelta(hours=1)
STOP_AFTER = timedelta(days=30)
ACTOR = "Proof of redemptions"
log = logging.getLogger("console.points")


@dataclass(frozen=True)
class Unread:
    """Nothing could be read, so nothing is said."""


def prove_redemptions() -> int:
    """Sweep: look for every redemption that is due; returns how many were looked at."""
    return _sweep(Redemption, see_redemption)


def prove_reversals() -> int:
    """Sweep: look for every reversal that is due; returns how many were looked at."""
    return _sweep(Reversal, see_reversal)


def _sweep(model: type[S], see: Callable[..., Seen]) -> int:
    now = timezone.now()
    handled = 0
    due = model._default_manager.select_related("store").to_prove(now)[:AT_ONCE]
    for subject in paced(due):
        same = model._default_manager.filter(pk=subject.pk, next_proof_at=subject.next_proof_at)
        # Only one worker looks; a worker that dies lets go after a while.
        if not same.update(next_proof_at=now + CLAIMED_FOR):
            continue
        with use_reference(subject.correlation or new_reference()):
            _alone(subject, see)
        handled += 1
    return handled


def _alone(subject: Any, see: Callable[..., Seen]) -> None:
    """One act, whose troubles keep no other one from being proved."""
    actor = system_actor(ACTOR)
    try:
        found: Seen | Unread = see(client_for(actor, lane="bulk"), subject)
    except ConsoleError:
        found = Unread()
    except Exception as error:
        log.error("The proof of %s could not be looked for: %s.", subject.number, type(error).__name__)
        found = Unread()
    if isinstance(found, Seen) and found.is_whole:
        if _claimed(actor, subject, found):
            return
        # It proves another act already: nothing of it may be kept with this one.
        found = replace(found, keep=lambda _kept: None)
    _later(actor, subject, found)


def _claimed(actor: Actor, subject: Redemption | Reversal, seen: Seen) -> bool:
    """Take what was seen as this act's proof; False when the ledger's entry proves another one already."""
    try:
        with transaction.atomic():
            kept = _locked(subject)
            if kept.proved_at is not None:
                return True
            kept.proved_at, kept.next_proof_at = timezone.now(), None
            kept.proof_looks += 1
            kept.proof_key = f"ledger:{seen.ledger_id}" if seen.ledger_id else ""
            kept.causes = []
            kept.proof = seen.plain()
            seen.keep(kept)
            kept.save()
            trace("proved", kept, actor=actor, listed_id=seen.listed_id, entry_id=seen.ledger_id)
    except IntegrityError:
        return False
    return True


def _later(actor: Actor, subject: Redemption | Reversal, found: Seen | Unread) -> None:
    """Not there (or not readable): again later; over its time it is shown in red."""
    now = timezone.now()
    with transaction.atomic():
        kept = _locked(subject)
        if kept.proved_at is not None:
            return
        kept.proof_looks += 1
        kept.causes = found.causes if isinstance(found, Seen) else ["unread"]
        if isinstance(found, Seen):
            found.keep(kept)
        wait = timedelta() if isinstance(found, Seen) else UNREAD_FOR
        if kept.proof_due_at is not None and now >= kept.proof_due_at + wait and kept.missed_at is None:
            kept.missed_at = now
            trace("not_proved", kept, actor=actor, outcome="unknown", causes=kept.causes)
        kept.next_proof_at = _next_look(kept, now)
        kept.save()


def _locked(subject: Redemption | Reversal) -> Any:
    return type(subject).objects.locked(subject.pk)


def _next_look(kept: Redemption | Reversal, now: datetime) -> datetime | None:
    due = kept.proof_due_at
    if due is not None and now - due > STOP_AFTER:
        return None
    if kept.missed_at is not None:
        return now + WHEN_LATE
    soon = now + timedelta(seconds=LOOK_AFTER[min(kept.proof_looks, len(LOOK_AFTER)) - 1])
    # One look falls right behind the limit, so that late ones are shown in time.
    return min(soon, due) if due and due > now else soon
