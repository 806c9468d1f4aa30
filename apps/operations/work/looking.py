"""What a worker does when it hears a bell: claims a chunk, works on it, goes on to the next while it has time."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from celery.signals import worker_shutting_down
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.context import new_reference, use_reference
from apps.operations.models import Operation
from apps.operations.work import checking, kinds, reading, running, summing
from apps.operations.work.claims import MOST_TRIES, Claim, Lost, Stopped, claim
from apps.operations.work.dispatching import dispatch_soon, next_chunk
from apps.operations.work.ending import stop_wanted
from apps.operations.work.kinds import Kind
from apps.operations.work.moving import say
from apps.operations.work.pauses import PutOff, put_off_words
from apps.operations.work.states import Phase

# How long one message may keep a worker: well under the limit of a task, the last row included.
WORK_SECONDS = 20.0
PAUSE_AFTER_FAILING = 5.0
MOST_SLOW = 10
PHASES: dict[Phase, Callable[[Claim, Kind, float], bool | PutOff]] = {
    Phase.READ: reading.read,
    Phase.CHECK: checking.check,
    Phase.SUM: summing.sum_up,
    Phase.RUN: running.run,
}
log = logging.getLogger("console.operations")
_ends = threading.Event()


@worker_shutting_down.connect
def _worker_ends(**_values: Any) -> None:
    """The rows in flight are finished, no further one begins here."""
    _ends.set()


def look(chunk_id: int) -> int:
    """Work on this chunk and then on others, as long as there is time; returns how many were taken up."""
    ends_at = time.monotonic() + WORK_SECONDS
    wanted: int | None = chunk_id
    taken = 0
    while wanted is not None:
        held = claim(wanted)
        if held is not None:
            taken += 1
            with use_reference(held.operation.correlation or new_reference()):
                work_on(held, ends_at)
        wanted = next_chunk() if time.monotonic() < ends_at and not _ends.is_set() and held else None
    if taken:
        dispatch_soon()
    return taken


def work_on(held: Claim, ends_at: float) -> None:
    """One claim from beginning to end, whatever happens. Raises what is no ordinary exception."""
    try:
        kind = kinds.named(held.operation.kind)
        found = PHASES[Phase(held.chunk.phase)](held, kind, 0.0 if _ends.is_set() else ends_at)
    except Lost:
        log.warning("Rows %s of %s passed to another worker.", _rows(held), held.operation.number)
    except Stopped:
        held.give_up()
    except Exception as error:
        _failed(held, error)
    else:
        if isinstance(found, PutOff):
            _put_off(held, found)
        elif not found:
            held.give_up()
    # Whoever was the last in flight sees to what people wanted meanwhile.
    stop_wanted(held.operation.pk)


def _put_off(held: Claim, found: PutOff) -> None:
    held.give_up(due_at=timezone.now() + timedelta(seconds=found.seconds))
    say(held.operation, put_off_words(found))


def _failed(held: Claim, error: Exception) -> None:
    """The row it was at stays as it is and is run again, with the same token; after a few times a person looks."""
    if isinstance(error, (InterfaceError, OperationalError)):
        # One the database has cut is opened anew, or the chunk could not even be let go.
        connection.close()
    name = type(error).__name__
    # Out of time is no mistake while people use up the limit of calls: more patience.
    slow = isinstance(error, SoftTimeLimitExceeded)
    parked = held.chunk.tries >= (MOST_SLOW if slow else MOST_TRIES)
    log.error("Rows %s of %s failed: %s.", _rows(held), held.operation.number, name, exc_info=error)
    pause = PAUSE_AFTER_FAILING * held.chunk.tries
    kept = held.give_up(due_at=timezone.now() + timedelta(seconds=pause), error=name, parked=parked)
    if kept and parked:
        words = _("Rows %(rows)s failed %(tries)s times and wait for a person: %(error)s.")
        values = {"rows": _rows(held), "tries": held.chunk.tries, "error": name}
        say(Operation.objects.get(pk=held.operation.pk), words % values)


def _rows(held: Claim) -> str:
    return f"{held.chunk.first_row} to {held.chunk.last_row}"
