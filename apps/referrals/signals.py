"""Looks for invitations worth a second look, and marks them as looked at. No act follows by itself."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.context import new_reference, use_reference
from apps.core.errors import Conflict, Refused
from apps.core.words import needed
from apps.referrals.models import Sighting, Signal, SignalKind
from apps.referrals.models.signals import MARK
from apps.referrals.noticing import Noticed, notice
from apps.staff.models import Store, User
from apps.staff.stores import stores_where

AT_ONCE = 500
LONGEST = 300
LOOKER = Actor(user_id=None, name="Looking at invitations", role="System", channel="system")


def look_for_signals() -> int:
    """Sweep: judge the invitations seen since the last time; returns how many."""
    rows = list(Sighting.objects.filter(judged_at=None).order_by("id")[:AT_ONCE])
    if not rows:
        return 0
    with use_reference(new_reference()):
        for noticed in notice(rows):
            _raise(noticed)
    Sighting.objects.filter(pk__in=[row.pk for row in rows]).update(judged_at=timezone.now())
    return len(rows)


def mark_looked_at(*, actor: Actor, user: User, signal: Signal, note: str) -> Signal:
    """Say what came of looking.

    Raises: BadInput (note); Refused without the permission in one of its stores, or for somebody it is about;
            Conflict when somebody marked it already
    """
    words = needed(note, LONGEST, "note", missing=_("Say what you found."))
    refusal = why_not_mark(user, signal)
    if refusal:
        raise Refused(refusal)
    with transaction.atomic():
        kept = Signal.objects.locked(signal.pk)
        if kept.looked_at is not None:
            raise Conflict(
                _("%(name)s looked at it already.") % {"name": kept.looked_by_name},
                next_step=_("Load the page again."),
            )
        kept.looked_at, kept.looked_by, kept.looked_by_name = timezone.now(), user, user.name
        kept.note = words
        kept.save(update_fields=["looked_at", "looked_by", "looked_by_name", "note"])
        record(
            "referrals.signal.looked_at",
            actor=actor,
            subject=_subject(kept),
            reason=words,
            details=_details(kept),
        )
    return kept


def why_not_mark(user: User, signal: Signal) -> str:
    """Why this person may not mark it, "" when they may."""
    if not set(stores_where(user, MARK)) & set(signal.stores.values_list("pk", flat=True)):
        return _("You do not look at signals of this store.")
    if user.pk in signal.involved:
        return _("It is about you. Somebody else has to look at it.")
    return ""


def _raise(noticed: Noticed) -> None:
    """Keep it: once while nobody has looked, and again only when there is more than somebody has seen."""
    with transaction.atomic():
        earlier = Signal.objects.select_for_update().filter(about=noticed.about)
        last = earlier.order_by("-id").first()
        if last is not None and noticed.size <= last.size:
            return
        if last is not None and last.looked_at is None:
            _fill(last, noticed)
            return
        if last is not None and noticed.size < last.size + noticed.again_after:
            return
        signal = Signal(about=noticed.about, key=f"{noticed.about}/{earlier.count() + 1}", kind=noticed.kind)
        try:
            with transaction.atomic():
                _fill(signal, noticed)
        except IntegrityError:
            # Another worker noticed the same at the same time.
            return
        record("referrals.signal.found", actor=LOOKER, subject=_subject(signal), details=_details(signal))


def _fill(signal: Signal, noticed: Noticed) -> None:
    signal.size, signal.till_code = noticed.size, noticed.till_code
    signal.begins_at, signal.ends_at = noticed.begins_at, noticed.ends_at
    signal.evidence, signal.involved = noticed.evidence, sorted(noticed.involved)
    signal.save()
    signal.stores.set(_stores(noticed.tills))


def _stores(tills: Iterable[str]) -> list[Store]:
    return list(Store.objects.filter(till_code__in=[till for till in tills if till]))


def _subject(signal: Signal) -> str:
    """In words the trail keeps: which and how much of it, nobody's name."""
    words = {
        SignalKind.MANY_FROM_TILL: f"{signal.size} people invited from {signal.till_code}",
        SignalKind.SHARED_IDENTIFIER: f"one person invited by {signal.size} customers",
        SignalKind.STAFF_INVITED: f"a colleague invited by {signal.size} customers",
    }
    return words[SignalKind(signal.kind)]


def _details(signal: Signal) -> dict[str, Any]:
    return {
        "signal_id": str(signal.pk),
        "kind": signal.kind,
        "size": signal.size,
        "till": signal.till_code,
        "customers": [str(one) for one in signal.evidence.get("customers", [])],
        "from": signal.begins_at.isoformat(),
        "until": signal.ends_at.isoformat(),
    }
