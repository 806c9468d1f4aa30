"""Proof of credit: approved goodwill is looked for in the ledger until it is there, or in the red queue."""

import logging
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.audit.actor import Actor, system_actor
from apps.core.context import new_reference, use_reference
from apps.core.errors import ConsoleError
from apps.goodwill.causes import likely_causes
from apps.goodwill.claims import free, proofs
from apps.goodwill.credits import Books, Credit, read_books
from apps.goodwill.effects import move
from apps.goodwill.models import GoodwillRequest
from apps.goodwill.states import Event, State
from apps.goodwill.tracing import trace
from apps.operations.acts.pacing import paced
from apps.operations.customers import merged_of, person_of
from apps.staff.connection import client_for

AT_ONCE = 20
CLAIMED_FOR = timedelta(seconds=90)
LOOK_AFTER = (2, 5, 15, 30, 60, 120, 300)
WHEN_LATE = timedelta(hours=1)
# A ledger that cannot be read for so long behind the limit is red too: somebody has to know.
UNREAD_FOR = timedelta(hours=1)
STOP_AFTER = timedelta(days=30)
ACTOR = "Proof of credit"
log = logging.getLogger("console.goodwill")


def prove_credits() -> int:
    """Sweep: read the ledger for every approved request that is due; returns how many were looked at."""
    now = timezone.now()
    handled = 0
    due = GoodwillRequest.objects.to_prove(now).select_related("series", "store")
    for request in paced(due[:AT_ONCE]):
        if not _claim(request, now):
            continue
        with use_reference(request.correlation or new_reference()):
            _prove_alone(request)
        handled += 1
    return handled


def _prove_alone(request: GoodwillRequest) -> None:
    """One request, whose troubles keep no other one from being proved."""
    actor = system_actor(ACTOR)
    try:
        prove(actor=actor, request=request)
    except Exception as error:
        log.error("The credit of %s could not be looked for: %s.", request.reference, type(error).__name__)
        _later(actor, request, None)


def prove(*, actor: Actor, request: GoodwillRequest) -> GoodwillRequest:
    """Look once; done when a credit that must be its own is there, not_credited when its time is over."""
    client = client_for(actor, lane="bulk")
    try:
        books = read_books(client, request)
        found = proofs(client, request, books)
    except ConsoleError:
        return _later(actor, request, None)
    for credit in found:
        if _claimed(actor, request, credit):
            request.refresh_from_db()
            return request
    return _later(actor, request, books)


def _claimed(actor: Actor, request: GoodwillRequest, credit: Credit) -> bool:
    """Take the credit as this request's proof; False when it proves another one already."""
    try:
        with transaction.atomic():
            kept = GoodwillRequest.objects.locked(request.pk)
            if kept.state not in {State.APPROVED, State.NOT_CREDITED}:
                return True
            move(kept, Event.CREDITED)
            kept.proved_at = timezone.now()
            kept.next_proof_at = None
            kept.proof_looks += 1
            kept.proof_key = credit.key
            kept.causes = []
            kept.proof = {
                "source": credit.source,
                "key": credit.key,
                "amount": str(credit.amount),
                "at": credit.at.isoformat() if credit.at else "",
                "name": credit.name,
            }
            kept.save()
            found = {"gave": credit.name} if credit.name else {}
            trace("credited", kept, actor=actor, source=credit.source, entry_id=credit.key, **found)
    except IntegrityError:
        return False
    return True


def _later(actor: Actor, request: GoodwillRequest, books: Books | None) -> GoodwillRequest:
    """Not there (or not readable): again later; over its time it goes to the red queue with likely causes."""
    now = timezone.now()
    with transaction.atomic():
        kept = GoodwillRequest.objects.locked(request.pk)
        if kept.state not in {State.APPROVED, State.NOT_CREDITED}:
            return kept
        readable = books is not None and books.readable
        kept.proof_looks += 1
        limit = kept.proof_due_at if readable or kept.proof_due_at is None else kept.proof_due_at + UNREAD_FOR
        if limit is not None and now >= limit:
            kept.causes = _causes(kept, books) if books is not None and readable else _unread(books)
            if kept.state == State.APPROVED:
                move(kept, Event.LATE)
                trace("not_credited", kept, actor=actor, outcome="unknown", causes=kept.causes)
        kept.next_proof_at = _next_look(kept, now)
        kept.save()
    return kept


def _causes(request: GoodwillRequest, books: Books) -> list[str]:
    merged = merged_of(books.error)
    person = person_of(books.customer, request.customer_id or 0) if books.customer else None
    causes = likely_causes(
        request, person=person, merged=merged or (person.merged if person else ""), answer=books.customer
    )
    # One is there, and it may just as well be what another approval brought.
    return ["shared", *causes] if free(books.credits) else causes


def _unread(books: Books | None) -> list[str]:
    """Nothing was seen, so nothing is said of the credit beyond what the customer's own call told."""
    return ["merged", "unread"] if books is not None and merged_of(books.error) else ["unread"]


def _next_look(request: GoodwillRequest, now: datetime) -> datetime | None:
    if request.decided_at and now - request.decided_at > STOP_AFTER:
        return None
    if request.state == State.NOT_CREDITED:
        return now + WHEN_LATE
    soon = now + timedelta(seconds=LOOK_AFTER[min(request.proof_looks, len(LOOK_AFTER)) - 1])
    # One look falls right behind the limit, so that late ones are shown in time.
    due = request.proof_due_at
    return min(soon, due) if due and due > now else soon


def _claim(request: GoodwillRequest, now: datetime) -> bool:
    """Only one worker looks; a worker that dies lets go after a while."""
    same = GoodwillRequest.objects.filter(pk=request.pk, next_proof_at=request.next_proof_at)
    return bool(same.update(next_proof_at=now + CLAIMED_FOR))
