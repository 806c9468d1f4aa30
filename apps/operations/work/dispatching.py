"""The only sender of messages: looks in the rows for chunks that wait, and rings for as many as can be worked on.

Messages may be lost, doubled or late: a chunk that nobody claims is rung for again, one that is claimed is not.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice, zip_longest

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from apps.operations.models import Chunk, Operation
from apps.operations.work.claims import being_worked_on, free_expired
from apps.operations.work.hours import may_run_now
from apps.operations.work.states import ChunkState, State

# A message nobody has heard after this long is thrown away, and another one is sent.
HEARD_WITHIN_SECONDS = 15.0
AT_ONCE = 10
log = logging.getLogger("console.operations")


def dispatch() -> int:
    """Sweep: free the chunks of dead workers and ring for those that wait; returns how many messages left."""
    now = timezone.now()
    free_expired(now)
    heard = now - timedelta(seconds=HEARD_WITHIN_SECONDS)
    out = Chunk.objects.filter(state=ChunkState.WAITING, sent_at__gt=heard).count()
    idle = max(0, settings.CONSOLE_WORK_AT_ONCE - being_worked_on(now))
    sent = 0
    for chunk_id in _in_turns(now, most=2 * idle - out):
        not_sent = Q(sent_at=None) | Q(sent_at__lte=heard)
        if Chunk.objects.filter(not_sent, pk=chunk_id, state=ChunkState.WAITING).update(sent_at=now):
            if not _send(chunk_id):
                break
            sent += 1
    return sent


def dispatch_soon() -> None:
    """The fast path behind a commit: what cannot be done now the sweep does in a moment."""
    try:
        dispatch()
    except DatabaseError as error:
        log.warning("Nothing was sent right away: %s.", type(error).__name__)


def next_chunk() -> int | None:
    """For a worker that has time left: a chunk of the operation with the fewest workers."""
    return next(_in_turns(timezone.now(), most=1, rung=True), None)


def _in_turns(now: datetime, *, most: int, rung: bool = False) -> Iterator[int]:
    """Chunks that may be claimed, one of each operation in turns, so that a large one holds up no small one.

    rung  also those for which a message is on its way
    """
    if most <= 0:
        return
    waiting = Q(state=ChunkState.WAITING, due_at__lte=now)
    if not rung:
        waiting &= Q(sent_at=None) | Q(sent_at__lte=now - timedelta(seconds=HEARD_WITHIN_SECONDS))
    queues = [
        Chunk.objects.filter(waiting, operation=one).order_by("number").values_list("pk", flat=True)[:most]
        for one in _operations(now)
    ]
    in_turns = (pk for turn in zip_longest(*queues) for pk in turn if pk is not None)
    for _left, pk in zip(range(most), in_turns, strict=False):
        yield pk


def _operations(now: datetime) -> list[Operation]:
    """Those with something to do, fewest workers first, then oldest."""
    live = Q(chunks__state=ChunkState.CLAIMED, chunks__lease_until__gt=now)
    due = Chunk.objects.filter(operation=OuterRef("pk"), state=ChunkState.WAITING, due_at__lte=now)
    found = (
        Operation.objects.working()
        .filter(Exists(due))
        .annotate(workers=Count("chunks", filter=live))
        .order_by("workers", "pk")
    )
    allowed = (one for one in found if one.state != State.RUNNING or may_run_now(one.kind, now))
    return list(islice(allowed, AT_ONCE))


def _send(chunk_id: int) -> bool:
    """False when the broker is away: the chunk is rung for again later."""
    from apps.operations.tasks import look_at_chunk

    try:
        look_at_chunk.apply_async((chunk_id,), expires=HEARD_WITHIN_SECONDS, retry=False)
    except Exception as error:  # each transport has errors of its own
        log.warning("The broker took no message: %s. Chunks wait in the database.", type(error).__name__)
        return False
    return True
