"""The same row twice: in one file, or in another one that was done or is on its way.

Looked for by the dry run, and again when a row begins: two dry runs may not have known of each other.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection
from django.db.models import Count, Min, QuerySet
from django.utils.translation import gettext as _

from apps.operations.models import Item, Operation
from apps.operations.work.claims import Claim
from apps.operations.work.kinds import Problem
from apps.operations.work.sources import plain_problems
from apps.operations.work.states import ItemState, State

AT_ONCE = 200
ON_THEIR_WAY = (State.WAITING, State.READY, State.RUNNING, State.PAUSED)
BEGUN = (ItemState.DONE, ItemState.UNKNOWN, ItemState.GOING)


def mark_duplicates(claim: Claim) -> None:
    """Leave out what is there already; running it again changes nothing. Raises Lost, Stopped"""
    for batch in _batches(_in_this_file(claim.operation)):
        claim.hold()
        Item.objects.bulk_update(batch, ["state", "problems"])
    for batch in _batches(_in_earlier_files(claim)):
        claim.hold()
        Item.objects.bulk_update(batch, ["state", "problems"])


def begun_elsewhere(item: Item) -> Item | None:
    """Inside the transaction in which the row begins, as its last lock: the same row of another operation that
    was done, is being done or may have been done. Of two that begin at once the second one finds the first."""
    if item.digest is None:
        return None
    digest = bytes(item.digest)
    if connection.vendor == "postgresql":
        # One at a time for each meaning, until the row's new state is there to be seen. Whoever holds this waits
        # for nothing else. SQLite has one writer at a time anyway.
        with connection.cursor() as cursor:
            key = int.from_bytes(digest[:8], "big", signed=True)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
    others = Item.objects.filter(digest=digest, state__in=BEGUN).exclude(operation_id=item.operation_id)
    return others.select_related("operation").order_by("operation_id", "row").first()


def same_words(same: Item) -> str:
    """What the row that came second says."""
    values = {"number": same.operation.number, "row": same.row}
    return _("The same row is in %(number)s: row %(row)s.") % values


def _in_this_file(operation: Operation) -> Iterator[Item]:
    ready = Item.objects.filter(operation=operation, state=ItemState.READY, digest__isnull=False)
    groups = ready.values("digest").annotate(first=Min("row"), rows=Count("pk")).filter(rows__gt=1)
    for group in groups.order_by("first"):
        for item in ready.filter(digest=group["digest"], row__gt=group["first"]).order_by("row"):
            yield _left_out(item, _("The same as row %(row)s of this file.") % {"row": group["first"]})


def _in_earlier_files(claim: Claim) -> Iterator[Item]:
    operation = claim.operation
    own = Item.objects.filter(operation=operation, state=ItemState.READY, digest__isnull=False)
    for page in pages_of(own, "digest", most=AT_ONCE, hold=claim.hold):
        yield from _found_earlier(operation, [bytes(digest) for (digest,) in page])


def _found_earlier(operation: Operation, digests: list[bytes]) -> Iterator[Item]:
    others = Item.objects.filter(digest__in=digests).exclude(operation=operation).select_related("operation")
    earlier = {
        bytes(one.digest or b""): one
        for one in others.order_by("operation_id", "row")
        if one.state in BEGUN or (one.state == ItemState.READY and one.operation.state in ON_THEIR_WAY)
    }
    if not earlier:
        return
    for item in Item.objects.filter(operation=operation, state=ItemState.READY, digest__in=list(earlier)):
        same = earlier[bytes(item.digest or b"")]
        words = _("The same row is in %(number)s already: row %(row)s, %(state)s.")
        values = {"number": same.operation.number, "row": same.row, "state": same.get_state_display()}
        yield _left_out(item, words % values)


def _left_out(item: Item, words: str) -> Item:
    item.state = ItemState.BAD
    item.problems = [*item.problems, *plain_problems((Problem("", words),))]
    return item


def pages_of(
    rows: QuerySet[Item], *columns: str, most: int, hold: Callable[[], None]
) -> Iterator[list[tuple[Any, ...]]]:
    """These columns in the order of the rows, so many at once. Raises Lost, Stopped

    No cursor stays open meanwhile: beside one whose view has grown old SQLite refuses to write.
    hold  called with every page: the lease is renewed, also where nothing is found
    """
    after = 0
    while page := list(rows.filter(row__gt=after).order_by("row").values_list("row", *columns)[:most]):
        hold()
        yield [tuple(values) for _row, *values in page]
        after = page[-1][0]


def _batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    for item in items:
        batch.append(item)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
