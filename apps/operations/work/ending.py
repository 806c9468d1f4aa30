"""How an operation comes to an end, or to a pause: under its lock, when no row is in flight any more."""

from typing import Any

from django.db import transaction
from django.db.models import Count
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.operations.models import Chunk, Item, Notice, Operation
from apps.operations.notices import tell
from apps.operations.webhooks import events as hooks
from apps.operations.work.kinds import named
from apps.operations.work.moving import locked, move, say
from apps.operations.work.retention import expires_from_now
from apps.operations.work.states import WORKING, ChunkState, Event, ItemState, Phase, State
from apps.operations.work.sweeping import taken_care_of
from apps.operations.work.tracing import trace

UNSETTLED = (ItemState.UNKNOWN, ItemState.GOING, ItemState.READY, ItemState.NEW)


def end_if_through(operation: Operation) -> bool:
    """Inside a transaction that holds the lock: done, when no chunk of the run is left."""
    open_ones = Chunk.objects.filter(operation=operation, phase=Phase.RUN).exclude(state=ChunkState.DONE)
    if operation.state != State.RUNNING or open_ones.exists():
        return False
    _end(operation, Event.ENDED)
    return True


def stop_if_wanted(operation: Operation) -> bool:
    """Inside a transaction that holds the lock: paused or cancelled, when somebody wants it and nothing is in
    flight. Claims of dead workers count until their lease runs out: a zombie might still be at its row."""
    wanted = operation.pause_wanted or operation.cancel_wanted
    if not wanted or operation.state not in WORKING:
        return False
    if Chunk.objects.filter(operation=operation, state=ChunkState.CLAIMED).exists():
        return False
    if operation.cancel_wanted:
        _end(operation, Event.CANCELLED, pause_wanted=False, cancel_wanted=False)
        return True
    move(operation, Event.PAUSED, pause_wanted=False)
    say(operation, operation.problem or _("Paused by %(name)s.") % {"name": operation.stopped_by_name})
    if operation.problem:
        _tell(operation, operation.problem, Notice.Level.BAD)
    return True


def stop_wanted(only: int | None = None) -> int:
    """Sweep: pause and cancel what people wanted to stop; returns how many stopped.

    only  this operation, for the worker that has just let it go
    """
    wanted = Operation.objects.filter(state__in=WORKING).exclude(pause_wanted=False, cancel_wanted=False)
    rows = wanted if only is None else wanted.filter(pk=only)
    found = list(rows.values_list("pk", flat=True))
    return sum(taken_care_of(pk, _stop, so="stopped") or 0 for pk in found)


def _stop(pk: int) -> int:
    with transaction.atomic():
        return int(stop_if_wanted(locked(pk)))


def end_cancelled(operation: Operation) -> None:
    """Inside a transaction that holds the lock, where no chunk can be claimed: it is over at once."""
    _end(operation, Event.CANCELLED, pause_wanted=False, cancel_wanted=False)


def counts_of(operation: Operation) -> dict[str, int]:
    """Rows by state; one grouped query, or what was kept when the rows were deleted."""
    if operation.emptied_at is not None:
        return {name: int(count) for name, count in operation.counts.items()}
    rows = Item.objects.filter(operation=operation).order_by().values_list("state").annotate(rows=Count("pk"))
    return dict(rows)


def settle_if_known(operation: Operation) -> bool:
    """Inside a transaction that holds the lock: note that nothing about an ended one is open any more."""
    if not operation.is_over or operation.settled_at is not None:
        return False
    # Asked with every row that is followed: one look into the index, and counted only once.
    if Item.objects.filter(operation=operation, state__in=UNSETTLED).exists():
        return False
    operation.settled_at, operation.counts = timezone.now(), counts_of(operation)
    operation.save(update_fields=["settled_at", "counts"])
    return True


def tell_settled(operation: Operation) -> None:
    """Inside a transaction: the requester learns how the rows ended that were not known."""
    words = _("%(number)s: every row is known now. %(counts)s")
    _tell(operation, words % {"number": operation.number, "counts": counts_words(operation.counts)})


def counts_words(counts: dict[str, int]) -> str:
    """``1,612 done, 25 not done, 3 not known yet.``"""
    told = [
        (counts.get(ItemState.DONE, 0), _("%(count)s done")),
        (counts.get(ItemState.NOT_DONE, 0), _("%(count)s not done")),
        (counts.get(ItemState.UNKNOWN, 0), _("%(count)s not known yet")),
        (counts.get(ItemState.SKIPPED, 0), _("%(count)s skipped")),
    ]
    parts = [words % {"count": f"{count:,}"} for count, words in told if count] or [_("nothing was done")]
    return f"{', '.join(parts)}."


def _end(operation: Operation, event: Event, **values: Any) -> None:
    move(operation, event, ended_at=timezone.now(), expires_at=expires_from_now(), **values)
    counts = counts_of(operation)
    trace(
        "ended",
        operation,
        actor=operation.behind,
        done=counts.get(ItemState.DONE, 0),
        not_done=counts.get(ItemState.NOT_DONE, 0),
        unknown=counts.get(ItemState.UNKNOWN, 0),
    )
    hooks.tell(
        hooks.OPERATION_FINISHED,
        id=operation.pk,
        number=operation.number,
        kind=operation.kind,
        state=str(operation.state),
        rows=counts,
    )
    settle_if_known(operation)
    whole = named(operation.kind).export is not None and set(counts) == {ItemState.DONE}
    what = _("is done") if event == Event.ENDED else _("is cancelled")
    words = _("%(number)s %(what)s: %(counts)s")
    # Parts of a file are nobody's rows: that it is whole was said, and what is not is.
    told = _("the file can be fetched.") if whole else counts_words(counts)
    values = {"number": operation.number, "what": what, "counts": told}
    say(operation, words % values)
    well = event == Event.ENDED and not counts.get(ItemState.NOT_DONE) and not counts.get(ItemState.UNKNOWN)
    _tell(operation, words % values, Notice.Level.OK if well else Notice.Level.BAD)


def _tell(operation: Operation, words: str, level: str = Notice.Level.OK) -> None:
    tell(user_id=operation.requested_by_id, words=words, url=address_of(operation), level=level)


def address_of(operation: Operation) -> str:
    """The operation's page, "" while there is none."""
    try:
        return reverse("operations:operation", args=[operation.pk])
    except NoReverseMatch:
        return ""
