"""Forgetting a person: asked for by one, confirmed by another, destroyed room by room, each step again without harm."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit import texts
from apps.audit.actor import Actor, system_actor
from apps.audit.models import SubjectRequest
from apps.audit.services import record
from apps.audit.subject_requests.people import (
    LEASE,
    LONGEST,
    Person,
    locked,
    may_handle,
    must_ask_for,
    refusals_traced,
    refuse,
    trace,
)
from apps.audit.subject_requests.rooms import FORGOTTEN, Subject, blocking, rooms
from apps.audit.subject_requests.searching import forget_search, searched
from apps.audit.subject_requests.whom import subject_of
from apps.core.errors import Conflict
from apps.core.words import needed

State, Kind = SubjectRequest.State, SubjectRequest.Kind
MOST_NAMED = 3
LONGEST_PROBLEM = 300


@refusals_traced
def ask_to_confirm(*, actor: Actor, user: Person, request: SubjectRequest, reason: str) -> None:
    """Let a second person decide. Raises Refused, BadInput (reason), Conflict for open acts and other states."""
    may_handle(actor, user, request.number)
    words = needed(reason, LONGEST, "reason", missing=_("Say how you know that it is them who ask."))
    _nothing_open(request)
    with transaction.atomic():
        kept = locked(request, State.OPEN)
        must_ask_for(Kind.ERASURE, kept)
        kept.state, kept.asked_at = State.WAITING, timezone.now()
        kept.asked_by_id, kept.asked_by_name = user.pk, user.name
        kept.save()
        trace("subject.erasure.asked", kept, actor=actor, reason=words)


def why_not_confirm(user: Person, request: SubjectRequest) -> str:
    """Why this person may not confirm it, "" when they may."""
    if user.pk in (request.opened_by_id, request.asked_by_id):
        return _("You opened it or asked for it. Somebody else has to confirm it.")
    return ""


@refusals_traced
def confirm(*, actor: Actor, user: Person, request: SubjectRequest, reason: str) -> None:
    """The second person says yes; a worker begins at once. What goes cannot come back.

    Raises: Refused for whoever opened it or asked: an entry too; BadInput (reason); Conflict
    """
    may_handle(actor, user, request.number)
    kept = SubjectRequest.objects.get(pk=request.pk)
    if why := why_not_confirm(user, kept):
        refuse(actor, request.number, why, "subject.erasure.confirmed")
    words = needed(reason, LONGEST, "reason", missing=_("Say what you checked."))
    _nothing_open(request)
    with transaction.atomic():
        kept = locked(request, State.WAITING)
        must_ask_for(Kind.ERASURE, kept)
        if why_not_confirm(user, kept):
            raise Conflict(_("Somebody else has to confirm it."))
        kept.state, kept.confirmed_at = State.ERASING, timezone.now()
        kept.confirmed_by_id, kept.confirmed_by_name = user.pk, user.name
        kept.problem, kept.claimed_until = "", None
        kept.save()
        trace("subject.erasure.confirmed", kept, actor=actor, reason=words)


def erase(request: SubjectRequest, *, until: float) -> bool:
    """Destroy what the rooms hold, each in a transaction of its own; False while an act stands in the way.

    It may take several runs to find everything. A crash in between leaves the request as being erased: what is
    gone is gone, and the next run does the rest.
    """
    subject = searched(request, _remembered(request), until=until)
    if subject is None:
        return True
    if _held(request, subject):
        return False
    for room in rooms():
        found = room.find(subject)
        with transaction.atomic():
            kept = locked(request, State.ERASING)
            _count(kept, room.name, room.erase(subject, found))
    again = searched(request, subject, until=until)
    if again is None or again.found != subject.found:
        # Rows came meanwhile: the next run forgets them too.
        return True
    if not _finish(request, again):
        return False
    # It is no part of the answer: what is not merged by now is by the next writers.
    texts.tidy()
    return True


def _remembered(request: SubjectRequest) -> Subject:
    """Whose it is. The hashes are kept until the end: once rows are gone a second run would not find them.

    Nor would it know whom the customer invited: beside the customer's entries their friends would look like them.
    """
    with transaction.atomic():
        kept = locked(request, State.ERASING)
        # What a pack counted stands there by tables, as bare numbers: nothing was destroyed by it.
        kept.tally = {room: gone for room, gone in kept.tally.items() if isinstance(gone, dict)}
        if kept.tally:
            own = frozenset(bytes.fromhex(one) for one in kept.digests)
            return Subject(int(kept.customer or 0), own)
        subject = subject_of(kept)
        kept.digests = sorted(subject.hexes)
        kept.save(update_fields=["digests", "tally"])
    return subject


def _finish(request: SubjectRequest, subject: Subject) -> bool:
    """The last step. An act that began meanwhile has left rows that are not forgotten: then it goes on later."""
    if _held(request, subject):
        return False
    with transaction.atomic():
        kept = locked(request, State.ERASING)
        kept.state, kept.problem, kept.ended_at = State.DONE, "", timezone.now()
        kept.ended_by_name = kept.confirmed_by_name
        kept.digests, kept.mask = [], FORGOTTEN if kept.mask or not kept.customer else ""
        kept.save()
        forget_search(kept)
        trail = kept.tally.get("audit", {})
        record(
            "subject.erased",
            actor=system_actor("Subject requests"),
            customer=kept.customer,
            subject=kept.number,
            details={
                "identifiers": trail.get("identifiers", 0),
                "keys": trail.get("keys", 0),
                "rows": sum(sum(one.values()) for name, one in kept.tally.items() if name != "audit"),
                "destroyed": kept.tally,
                "confirmed_by": kept.confirmed_by_name,
            },
        )
    return True


def _held(request: SubjectRequest, subject: Subject) -> bool:
    """Whether something stands in the way; it is written down once."""
    words = _in_words(blocking(subject))
    with transaction.atomic():
        kept = locked(request, State.ERASING)
        if words and words != kept.problem:
            record(
                "subject.erasure.held",
                actor=system_actor("Subject requests"),
                customer=kept.customer,
                subject=kept.number,
                reason=words,
            )
        kept.problem = words
        kept.save(update_fields=["problem"])
    return bool(words)


def _nothing_open(request: SubjectRequest) -> None:
    if words := _in_words(blocking(subject_of(request))):
        raise Conflict(words, next_step=_("Try again when it is over."))


def _in_words(sentences: list[str]) -> str:
    words = " ".join(sentences[:MOST_NAMED])
    more = len(sentences) - MOST_NAMED
    return (f"{words} {_('And %(count)s more.') % {'count': more}}" if more > 0 else words)[:LONGEST_PROBLEM]


def _count(request: SubjectRequest, room: str, gone: Mapping[str, int]) -> None:
    before = request.tally.get(room, {})
    counted = {name: before.get(name, 0) + gone.get(name, 0) for name in {**before, **gone}}
    request.tally = {**request.tally, room: {name: many for name, many in counted.items() if many}}
    request.claimed_until = timezone.now() + LEASE
    request.save(update_fields=["tally", "claimed_until"])
