"""Pushes what is sealed to each sink, in the order of the log: at least once, and no place is passed over.

The cursor moves only after the sink took a batch. Whoever dies in between has it sent once more.
"""

import logging
import threading
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from ulid import ULID

from apps.audit.models import StreamCursor
from apps.audit.streaming import records
from apps.audit.streaming.sink import Sink, SinkAway

log = logging.getLogger("console.audit")

EVERY_SECONDS = 1.0
# Longer than a batch takes with all its timeouts; a worker that dies holds a sink up for so long.
HELD = timedelta(seconds=90)
LONGEST_PAUSE_SECONDS = 300


def push(sink: Sink, holder: str) -> int:
    """Send the next batch, if it is time and nobody else is at it; returns how many records were taken.

    Whatever stands in the way is noted for *Health*, and tried again later. Raises: what was not foreseen
    """
    cursor = cursor_of(sink.name)
    now = timezone.now()
    if cursor.again_at and cursor.again_at > now:
        return 0
    try:
        waiting = records.read(cursor.next_place, sink.at_once)
        if not waiting or not _hold(cursor, holder):
            return 0
        if waiting[0].place != cursor.next_place:
            log.critical("The log has no place %s: the stream goes on behind it.", cursor.next_place)
        sink.take(waiting)
    except SinkAway as error:
        _put_off(cursor, holder, str(error))
        return 0
    except Exception as error:
        # Nobody foresaw it, so its words may hold anything: the page shows only what it is.
        _put_off(cursor, holder, f"{type(error).__name__}, told in the worker's log")
        raise
    return len(waiting) if _move(cursor, holder, waiting[-1].place + 1) else 0


def cursor_of(name: str) -> StreamCursor:
    """Where a sink stands; a new one begins as the settings say."""
    found = StreamCursor.objects.filter(sink=name).first()
    if found is None:
        first = records.size() if settings.AUDIT_STREAM["from"] == "now" else 0
        found = StreamCursor.objects.get_or_create(sink=name, defaults={"next_place": first})[0]
    return found


def _hold(cursor: StreamCursor, holder: str) -> bool:
    """Take the sink for a while, or longer. False when another worker has it, or has been there meanwhile."""
    now = timezone.now()
    mine = StreamCursor.objects.filter(_free(holder), pk=cursor.pk, next_place=cursor.next_place)
    return bool(mine.update(holder=holder, held_until=now + HELD))


def _free(holder: str) -> Q:
    """Held by nobody else."""
    return Q(held_until=None) | Q(held_until__lt=timezone.now()) | Q(holder=holder)


def _move(cursor: StreamCursor, holder: str, place: int) -> bool:
    """Forward only; False when another worker took over while this one sent. Then some come twice."""
    mine = StreamCursor.objects.filter(pk=cursor.pk, holder=holder, next_place=cursor.next_place)
    return bool(
        mine.update(
            next_place=place, sent_at=timezone.now(), failing_since=None, error="", tries=0, again_at=None
        )
    )


def _put_off(cursor: StreamCursor, holder: str, why: str) -> None:
    """Try again later, each time after twice as long; free for any worker then."""
    now, tries = timezone.now(), cursor.tries + 1
    pause = min(2.0 ** min(tries, 20), LONGEST_PAUSE_SECONDS)
    if not cursor.failing_since:
        log.error("The trail cannot be sent to %s: %s. It is tried again.", cursor.sink, why)
    # Where it was not held yet, as when nothing could be read, another that goes on meanwhile knows better.
    StreamCursor.objects.filter(_free(holder), pk=cursor.pk).update(
        failing_since=cursor.failing_since or now,
        error=why[:300],
        tries=tries,
        again_at=now + timedelta(seconds=pause),
        held_until=None,
    )


def run(sink: Sink, stop: threading.Event) -> None:
    """Push until told to stop; one thread for each sink, so that none waits for another."""
    holder = str(ULID())
    while not stop.wait(EVERY_SECONDS):
        try:
            while not stop.is_set() and push(sink, holder) == sink.at_once:
                pass
        except Exception:
            log.exception("Sending the trail to %s failed and is tried again.", sink.name)
            connection.close()
            stop.wait(10)
    connection.close()
