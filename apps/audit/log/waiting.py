"""Which entries wait for the sealer: read forward from a floor below which nothing can appear any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Min, Subquery
from django.utils import timezone

from apps.audit.models import Entry, Leaf, SealMark, Suspect

# What the sealer keeps; what was published is another's to tell.
KEPT = ("floor", "next_floor", "next_xmax", "whole_look_at", "key_check")
# How often the whole trail is looked through for an entry that came late below the floor.
WHOLE_LOOK = timedelta(hours=6)
# A process may have taken its number a moment before its transaction counts as running.
MARGIN = 1_000


@dataclass(frozen=True, slots=True)
class Unsealed:
    """One entry as the sealer needs it."""

    entry_id: int
    payload: bytes
    leaf_hash: bytes
    mac: bytes


@dataclass(frozen=True, slots=True)
class Running:
    """Transactions of PostgreSQL at one moment: all below `oldest` are over, none from `next_one` on has begun."""

    oldest: int = 0
    next_one: int = 0


ENTRY, LEAF, SUSPECT = (model._meta.db_table for model in (Entry, Leaf, Suspect))
WITHOUT_LEAF = f"""
FROM {ENTRY} e WHERE e.id > %s
AND NOT EXISTS (SELECT 1 FROM {LEAF} l WHERE l.entry_id = e.id)
AND NOT EXISTS (SELECT 1 FROM {SUSPECT} s WHERE s.entry_id = e.id)
"""  # noqa: S608 names of our own tables


def unsealed(floor: int, limit: int) -> list[Unsealed]:
    """The next entries above the floor, lowest id first, at most `limit`."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.id, e.payload, e.leaf_hash, e.mac {WITHOUT_LEAF} ORDER BY e.id LIMIT %s",
            [floor, limit],
        )
        return [Unsealed(row[0], bytes(row[1]), bytes(row[2]), bytes(row[3])) for row in cursor.fetchall()]


def waiting_since(most: int = 10_000) -> tuple[int, datetime | None]:
    """How many entries wait, but never more than `most` are counted, and since when the first of them does.

    The newest entry of all is looked at wherever the mark stands, as somebody may have moved it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), min(id), (SELECT e.id {WITHOUT_LEAF} AND e.id = (SELECT max(id) FROM {ENTRY})) "  # noqa: S608
            f"FROM (SELECT e.id {WITHOUT_LEAF} ORDER BY e.id LIMIT %s) waiting",
            [0, read_mark().floor, most],
        )
        count, oldest, newest = cursor.fetchone()
    waiting = [one for one in (oldest, newest) if one is not None]
    if not waiting:
        return 0, None
    since = Entry.objects.filter(pk__in=waiting).aggregate(since=Min("at"))["since"]
    return max(int(count), 1), since


def found_any() -> bool:
    """Whether anything waits: a cheap look before the lock is taken. A whole look that found nothing is noted."""
    mark = read_mark()
    floor = mark.floor
    start = look_from(mark)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 {WITHOUT_LEAF} LIMIT 1", [start])
        found = cursor.fetchone() is not None
    if not found and start < floor:
        SealMark.objects.filter(pk=1).update(whole_look_at=mark.whole_look_at)
    return found


def read_mark() -> SealMark:
    """Where to look from; a new one at the beginning of the trail.

    The floor is never above everything that was handled: somebody who puts it there would keep what comes from the
    seal, and nobody would be told that it waits.
    """
    tops = {
        name: model.objects.order_by("-entry_id") for name, model in (("leaf", Leaf), ("suspect", Suspect))
    }
    handled = {f"{name}_top": Subquery(top.values("entry_id")[:1]) for name, top in tops.items()}
    mark = SealMark.objects.filter(pk=1).annotate(**handled).first()
    if mark is None:
        return SealMark(pk=1)
    mark.floor = min(mark.floor, max(getattr(mark, name) or 0 for name in handled))
    return mark


def look_from(mark: SealMark) -> int:
    """The floor, or the beginning when it is time for a whole look."""
    now, last = timezone.now(), mark.whole_look_at
    # One in the future was noted by a clock that was set back since.
    if last is None or not now - WHOLE_LOOK <= last <= now:
        mark.whole_look_at = now
        return 0
    return mark.floor


def running() -> Running:
    """Which transactions run now. Nothing is asked on SQLite."""
    if connection.vendor != "postgresql":
        return Running()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(now.it)::text, pg_snapshot_xmax(now.it)::text "
            "FROM (SELECT pg_current_snapshot() AS it) now"
        )
        oldest, next_one = cursor.fetchone()
    return Running(int(oldest), int(next_one))


def move(mark: SealMark, found: Sequence[Unsealed], *, before: Running, cut: bool) -> None:
    """Raise the floor to the highest id that was found, as everything visible below it is handled now.

    SQLite commits ids in their order. PostgreSQL does not: the floor waits until every transaction that was
    running when the id was seen had ended already when entries were read (`before`). `cut` says that there is
    more above: a whole look goes on then.
    """
    handled = max((one.entry_id for one in found), default=mark.floor)
    if cut and handled < mark.floor:
        mark.whole_look_at = None
    if connection.vendor == "postgresql":
        _move_settled(mark, handled, before, cut=cut)
    else:
        mark.floor = max(mark.floor, handled)
    values = {name: getattr(mark, name) for name in KEPT}
    if not SealMark.objects.filter(pk=1).update(**values):
        SealMark.objects.create(pk=1, **values)


def _move_settled(mark: SealMark, handled: int, before: Running, *, cut: bool) -> None:
    now = running()
    if now.next_one < mark.next_xmax:
        # The database was moved to another server, which counts its transactions anew.
        mark.next_floor = 0
    if mark.next_floor and before.oldest >= mark.next_xmax:
        settled = mark.next_floor - MARGIN
        mark.floor = max(mark.floor, min(settled, handled) if cut else settled)
        mark.next_floor = 0
    if not mark.next_floor and handled > mark.floor:
        mark.next_floor, mark.next_xmax = handled, now.next_one
