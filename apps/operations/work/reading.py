"""The first phase: every row of the file becomes a row of the database, in batches that survive a crash."""

import time
from collections.abc import Iterator
from itertools import islice

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.tables.reading import Unreadable
from apps.operations.models import Chunk, Item, Operation
from apps.operations.work.claims import Claim
from apps.operations.work.kinds import Kind
from apps.operations.work.moving import locked, move, say
from apps.operations.work.retention import expires_from_now
from apps.operations.work.sources import READ_AT_ONCE, columns_of, items_of
from apps.operations.work.states import Event, Phase

# A chunk is small enough that several workers share a small file, and large enough that a large one has few.
FEWEST_ROWS, MOST_ROWS, SHARES = 10, 250, 16
# Fewer are read quickly by any plan.
MANY_ROWS = 10_000


def read(claim: Claim, kind: Kind, ends_at: float) -> bool:
    """Read on from where it stopped; False when the time was over first. Raises Lost, Stopped"""
    operation = claim.operation
    try:
        columns = columns_of(operation)
        after_row = Item.objects.filter(operation=operation).aggregate(last=Max("row"))["last"] or 0
        found = items_of(operation, kind, after_row=after_row)
        while batch := list(islice(found, READ_AT_ONCE)):
            with transaction.atomic():
                claim.renew()
                claim.check_flags()
                Item.objects.bulk_create(batch)
            if time.monotonic() > ends_at:
                return False
    except Unreadable as error:
        _unreadable(claim, error.words)
        return True
    _finish(claim, kind, columns)
    return True


def _finish(claim: Claim, kind: Kind, columns: list[str]) -> None:
    """The rows are there: cut them into chunks for the dry run."""
    rows = Item.objects.filter(operation=claim.operation).count()
    if not rows:
        empty = _("There is no row in it. Fill in at least one and try again.")
        _unreadable(
            claim, empty if kind.file else _("There is nothing to do: nothing took place in this time.")
        )
        return
    _let_database_know(rows)
    with transaction.atomic():
        operation = locked(claim.operation.pk)
        claim.check_flags()
        claim.done()
        Chunk.objects.bulk_create(_chunks(operation, rows_per_chunk(rows)))
        move(operation, Event.READ, rows=rows, columns=columns)
        if kind.export is None:
            words = ngettext("%(count)s row read.", "%(count)s rows read.", rows)
            say(operation, words % {"count": f"{rows:,}"})


def _let_database_know(rows: int) -> None:
    """PostgreSQL plans by what it knew of the table before: it would read all of it for each page of duplicates."""
    if rows >= MANY_ROWS and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(Item._meta.db_table)}")


def _chunks(operation: Operation, size: int) -> Iterator[Chunk]:
    rows = Item.objects.filter(operation=operation).order_by("row").values_list("row", flat=True)
    found = rows.iterator(chunk_size=5000)
    number = 0
    while part := list(islice(found, size)):
        number += 1
        yield Chunk(
            operation=operation, number=number, phase=Phase.CHECK, first_row=part[0], last_row=part[-1]
        )


def _unreadable(claim: Claim, words: str) -> None:
    with transaction.atomic():
        operation = locked(claim.operation.pk)
        claim.check_flags()
        claim.done()
        move(operation, Event.NOT_READ, problem=words[:300], expires_at=expires_from_now())
        say(operation, words)


def rows_per_chunk(rows: int) -> int:
    """How many rows one worker takes at a time."""
    return max(FEWEST_ROWS, min(MOST_ROWS, rows // SHARES))
