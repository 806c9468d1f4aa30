"""The acts themselves, row by row: begun and ended under the lease, done with no transaction open."""

import time

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.operations.models import Chunk, Item, Operation
from apps.operations.work.claims import Claim, Stopped
from apps.operations.work.ending import end_if_through
from apps.operations.work.fingerprints import is_as_approved, rows_fingerprint, rows_of
from apps.operations.work.kinds import Kind, Outcome
from apps.operations.work.moving import locked, say
from apps.operations.work.outcomes import give_back, note
from apps.operations.work.pauses import PutOff, outcome_of
from apps.operations.work.states import LEFT, ItemState, Phase
from apps.operations.work.tracing import trace

# Operations whose stored bytes this process has compared with the approval; rows are compared with every claim.
_compared: set[tuple[int, str]] = set()


def run(claim: Claim, kind: Kind, ends_at: float) -> bool | PutOff:
    """Go on where the chunk stopped; False when the time was over first. Raises Lost, Stopped"""
    if _stands_against(claim, kind):
        raise Stopped
    actor = claim.operation.behind
    items = _left(claim.chunk)
    last: tuple[Item, Outcome] | None = None
    for item in items:
        over = last is not None and time.monotonic() > ends_at
        _turn(claim, kind, last, None if over else item)
        if over:
            return False
        found = outcome_of(kind, actor, item)
        if isinstance(found, PutOff):
            _put_back(claim, item)
            return found
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


def _turn(claim: Claim, kind: Kind, last: tuple[Item, Outcome] | None, item: Item | None) -> None:
    """The end of one row and the beginning of the next, in one transaction. Raises Lost, Stopped"""
    stopped = False
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
                _begin(item)
    if stopped:
        raise Stopped


def _begin(item: Item) -> None:
    now = timezone.now()
    Item.objects.filter(pk=item.pk).update(state=ItemState.GOING, started_at=now, tries=F("tries") + 1)
    item.state, item.started_at, item.tries = ItemState.GOING, now, item.tries + 1


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


def _put_back(claim: Claim, item: Item) -> None:
    with transaction.atomic():
        claim.touch()
        Item.objects.filter(pk=item.pk, state=ItemState.GOING).update(state=ItemState.READY)


def _stands_against(claim: Claim, kind: Kind) -> bool:
    """Pause when the rows are not what was approved, or the kind may do nothing now."""
    held = kind.held(claim.operation) if kind.held else ""
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
    if key not in _compared:
        if not is_as_approved(operation):
            return False
        _compared.add(key)
    checked = Chunk.objects.get(operation=operation, phase=Phase.CHECK, number=chunk.number)
    same_rows = (checked.first_row, checked.last_row) == (chunk.first_row, chunk.last_row)
    return same_rows and rows_fingerprint(rows_of(chunk)) == checked.fingerprint
