"""The acts themselves, row by row: begun and ended under the lease, done with no transaction open."""

import time

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.operations.models import Chunk, Item, Operation
from apps.operations.work.claims import Claim, Stopped
from apps.operations.work.duplicates import begun_elsewhere, same_words
from apps.operations.work.ending import end_if_through
from apps.operations.work.fingerprints import ChunkPrint, approved_chunks, is_bound, print_of
from apps.operations.work.kinds import Kind, Outcome
from apps.operations.work.moving import locked, say
from apps.operations.work.outcomes import give_back, note
from apps.operations.work.pauses import PutOff, outcome_of
from apps.operations.work.states import LEFT, ItemState
from apps.operations.work.tracing import trace

# The dry run of operations whose stored bytes this process has compared with the approval: rows are compared with
# that at every claim, never with what the table says by then.
_compared: dict[tuple[int, str], dict[int, ChunkPrint]] = {}
MOST_KEPT = 50


def run(claim: Claim, kind: Kind, ends_at: float) -> bool | PutOff:
    """Go on where the chunk stopped; False when the time was over first. Raises Lost, Stopped"""
    if _stands_against(claim, kind):
        raise Stopped
    actor = claim.operation.behind
    items = _left(claim.chunk)
    last: tuple[Item, Outcome] | None = None
    for item in items:
        over = last is not None and time.monotonic() > ends_at
        left_behind = item.state == ItemState.GOING
        same = _turn(claim, kind, last, None if over else item)
        if over:
            return False
        if same is not None:
            last = item, Outcome("not_done", same_words(same))
            continue
        found = outcome_of(kind, actor, item, left_behind=left_behind)
        if isinstance(found, PutOff):
            _put_back(claim, item)
            return found
        if found.state == "not_done" and (held := _held(claim, kind)):
            _put_back(claim, item, held)
            raise Stopped
        last = item, found
    with transaction.atomic():
        operation = locked(claim.operation.pk)
        if last is not None:
            _end(claim, kind, *last)
        claim.done()
        end_if_through(operation)
    return True


def _left(chunk: Chunk) -> list[Item]:
    """Rows to be done, those left behind by a dead worker among them: the same token leads to the same act."""
    rows = Item.objects.filter(
        operation_id=chunk.operation_id, state__in=LEFT, row__gte=chunk.first_row, row__lte=chunk.last_row
    )
    return list(rows.select_related("operation__store", "operation__requested_by").order_by("row"))


def _turn(claim: Claim, kind: Kind, last: tuple[Item, Outcome] | None, item: Item | None) -> Item | None:
    """The end of one row and the beginning of the next, in one transaction. Raises Lost, Stopped

    Shape:  the same row of another operation, because of which this one has not begun
    """
    stopped, same = False, None
    with transaction.atomic():
        claim.renew() if last else claim.touch()
        if last is not None:
            _end(claim, kind, *last)
        if item is not None:
            try:
                claim.check_flags()
            except Stopped:
                stopped = True
            else:
                same = _begin(item, kind)
    if stopped:
        raise Stopped
    return same


def _begin(item: Item, kind: Kind) -> Item | None:
    """Unless the same row of another operation was quicker. One a dead worker has left going was looked at then:
    others have made way for it, so it is the one that goes on."""
    if kind.unique and item.state != ItemState.GOING:
        same = begun_elsewhere(item)
        if same is not None:
            return same
    now = timezone.now()
    Item.objects.filter(pk=item.pk).update(state=ItemState.GOING, started_at=now, tries=F("tries") + 1)
    item.state, item.started_at, item.tries = ItemState.GOING, now, item.tries + 1
    return None


def _end(claim: Claim, kind: Kind, item: Item, outcome: Outcome) -> None:
    note(item, kind, outcome)
    if item.state != ItemState.NOT_DONE:
        return
    _stop_after_errors(claim.operation)
    # Behind the operation's row: whoever holds that one takes the rooms' locks after it, never before.
    give_back(item, kind)


def _stop_after_errors(operation: Operation) -> None:
    if operation.stop_at is None:
        return
    failed = Item.objects.filter(operation=operation, state=ItemState.NOT_DONE).count()
    if failed >= operation.stop_at:
        words = _("Paused by itself: %(count)s rows were not done.") % {"count": failed}
        Operation.objects.filter(pk=operation.pk).update(pause_wanted=True, problem=words)


def _put_back(claim: Claim, item: Item, held: str = "") -> None:
    """The row has not had its turn yet. Raises Lost

    held  why nothing of it may run now: it was the switch that said no to the row, and the operation pauses
    """
    with transaction.atomic():
        claim.touch()
        Item.objects.filter(pk=item.pk, state=ItemState.GOING).update(state=ItemState.READY)
        if held:
            _pause(claim, held)


def _held(claim: Claim, kind: Kind) -> str:
    return kind.held(claim.operation) if kind.held else ""


def _stands_against(claim: Claim, kind: Kind) -> bool:
    """Pause when the rows are not what was approved, or the kind may do nothing now."""
    held = _held(claim, kind)
    if held:
        return _pause(claim, held)
    if _as_approved(claim):
        return False
    trace("refused", claim.operation, actor=claim.operation.behind, outcome="refused")
    return _pause(claim, _("What is stored is not what was approved, so the console does not run it."))


def _pause(claim: Claim, words: str) -> bool:
    with transaction.atomic():
        Operation.objects.filter(pk=claim.operation.pk).update(pause_wanted=True, problem=words[:300])
        say(claim.operation, words)
    return True


def _as_approved(claim: Claim) -> bool:
    operation, chunk = claim.operation, claim.chunk
    key = (operation.pk, operation.approved_fingerprint)
    approved = _compared.get(key)
    if approved is None:
        approved = approved_chunks(operation)
        if approved is None:
            return False
        if len(_compared) >= MOST_KEPT:
            _compared.clear()
        _compared[key] = approved
    # The operation's own terms may have changed since as well.
    return is_bound(operation, approved) and print_of(chunk) == approved.get(chunk.number)
