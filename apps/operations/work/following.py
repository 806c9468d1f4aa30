"""Rows that are not known yet are looked at until they are; what a cancelled operation left is cleared up."""

import logging
from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.context import new_reference, use_reference
from apps.operations.acts.pacing import paced
from apps.operations.models import Item, Operation
from apps.operations.work.ending import settle_if_known, tell_settled
from apps.operations.work.kinds import Kind, Outcome, named
from apps.operations.work.moving import locked, say
from apps.operations.work.outcomes import give_back, next_look, note
from apps.operations.work.states import ItemState, State
from apps.operations.work.sweeping import taken_care_of

LOOKED_AT_ONCE = 200
# How many rows of a cancelled operation one transaction skips, with something to give back and without. Giving
# back is some ten queries a row, and SQLite's only writer is kept from everybody else meanwhile.
GIVEN_BACK, SKIPPED = 25, 5000
NO_TURN = (ItemState.NEW, ItemState.READY)
CLAIMED_FOR = timedelta(seconds=60)
log = logging.getLogger("console.operations")


def follow() -> int:
    """Sweep: ask each kind what became of its rows that are not known; returns how many were looked at."""
    now = timezone.now()
    due = Item.objects.filter(state=ItemState.UNKNOWN, look_at__lte=now).select_related("operation")
    looked = 0
    for item in paced(due.order_by("look_at")[:LOOKED_AT_ONCE]):
        # Only one worker looks, and a broken look comes back after a while.
        same = Item.objects.filter(pk=item.pk, state=ItemState.UNKNOWN, look_at=item.look_at)
        if same.update(look_at=now + CLAIMED_FOR):
            looked += 1
            with use_reference(item.operation.correlation or new_reference()):
                try:
                    _look(item)
                except Exception as error:  # one row's trouble keeps no other from being looked at
                    _log_row(item, error)
    return looked


def _look(item: Item) -> None:
    try:
        kind = named(item.operation.kind)
        found = kind.follow(item) if kind.follow else None
    except Exception as error:  # looked at again later, and later each time
        _log_row(item, error)
        found = None
    if found is None or found.state == "unknown":
        _look_again(item, found)
        return
    with transaction.atomic():
        operation = locked(item.operation_id)
        if not Item.objects.filter(pk=item.pk, state=ItemState.UNKNOWN).exists():
            return
        _settle(operation, item, kind, found)


def _log_row(item: Item, error: Exception) -> None:
    log.error("Row %s of %s: %s.", item.row, item.operation.number, type(error).__name__)


def _settle(operation: Operation, item: Item, kind: Kind, found: Outcome) -> None:
    item.looks += 1
    note(item, kind, found)
    if item.state == ItemState.NOT_DONE:
        give_back(item, kind)
    words = _("Row %(row)s: it took place.") if found.state == "done" else _("Row %(row)s: it was not done.")
    say(operation, words % {"row": f"{item.row:,}"})
    if settle_if_known(operation):
        tell_settled(operation)


def _look_again(item: Item, found: Outcome | None) -> None:
    words = found.words[:300] if found and found.words else item.words
    Item.objects.filter(pk=item.pk, state=ItemState.UNKNOWN).update(
        looks=item.looks + 1, look_at=next_look(item.looks + 1, timezone.now()), words=words
    )


def clear_cancelled() -> int:
    """Sweep: rows of cancelled operations are skipped and give back what they took; returns how many."""
    cancelled = Operation.objects.filter(state=State.CANCELLED, settled_at=None, emptied_at=None)
    cleared = 0
    stuck: set[int] = set()
    for pk in paced(_again_and_again(list(cancelled.order_by("pk").values_list("pk", flat=True)), stuck)):
        found = taken_care_of(pk, _clear, so="cleared up")
        if found is None:
            stuck.add(pk)
        cleared += found or 0
    return cleared


def _again_and_again(operations: list[int], stuck: set[int]) -> Iterator[int]:
    """Each of them as long as it has rows that have not had their turn, and is not stuck."""
    for pk in operations:
        yield pk
        while pk not in stuck and Item.objects.filter(operation_id=pk, state__in=NO_TURN).exists():
            yield pk


def _clear(pk: int) -> int:
    """Some of one operation's rows, so that no transaction is long."""
    now = timezone.now()
    with transaction.atomic():
        operation = locked(pk)
        kind = named(operation.kind)
        rows = Item.objects.filter(operation=operation)
        # Begun by a worker that died: whether it took place has to be looked for.
        begun = ItemState.UNKNOWN if kind.follow else ItemState.SKIPPED
        rows.filter(state=ItemState.GOING).update(
            state=begun, look_at=now if kind.follow else None, ended_at=now
        )
        gives_back = operation.taken and kind.give_back is not None
        waiting = rows.filter(state__in=NO_TURN).order_by("row")[: GIVEN_BACK if gives_back else SKIPPED]
        if gives_back:
            for item in waiting.select_related("operation"):
                give_back(item, kind)
        skipped = rows.filter(pk__in=list(waiting.values_list("pk", flat=True)))
        count = skipped.update(state=ItemState.SKIPPED, ended_at=now)
        settle_if_known(operation)
    return count
