"""The same row twice: in one file, or in an earlier one that was done or is on its way."""

from collections.abc import Iterator

from django.db.models import Count, Min
from django.utils.translation import gettext as _

from apps.operations.models import Item, Operation
from apps.operations.work.claims import Claim
from apps.operations.work.kinds import Problem
from apps.operations.work.sources import plain_problems
from apps.operations.work.states import ItemState, State

AT_ONCE = 200
ON_THEIR_WAY = (State.WAITING, State.READY, State.RUNNING, State.PAUSED)


def mark_duplicates(claim: Claim) -> None:
    """Leave out what is there already; running it again changes nothing. Raises Lost, Stopped"""
    for batch in _batches(_in_this_file(claim.operation)):
        claim.hold()
        Item.objects.bulk_update(batch, ["state", "problems"])
    for batch in _batches(_in_earlier_files(claim.operation)):
        claim.hold()
        Item.objects.bulk_update(batch, ["state", "problems"])


def _in_this_file(operation: Operation) -> Iterator[Item]:
    ready = Item.objects.filter(operation=operation, state=ItemState.READY, digest__isnull=False)
    groups = ready.values("digest").annotate(first=Min("row"), rows=Count("pk")).filter(rows__gt=1)
    for group in groups.order_by("first"):
        for item in ready.filter(digest=group["digest"], row__gt=group["first"]).order_by("row"):
            yield _left_out(item, _("The same as row %(row)s of this file.") % {"row": group["first"]})


def _in_earlier_files(operation: Operation) -> Iterator[Item]:
    own = Item.objects.filter(operation=operation, state=ItemState.READY, digest__isnull=False)
    digests: list[bytes] = []
    for digest in own.order_by("row").values_list("digest", flat=True).iterator(chunk_size=AT_ONCE):
        digests.append(bytes(digest or b""))
        if len(digests) == AT_ONCE:
            yield from _found_earlier(operation, digests)
            digests = []
    if digests:
        yield from _found_earlier(operation, digests)


def _found_earlier(operation: Operation, digests: list[bytes]) -> Iterator[Item]:
    others = Item.objects.filter(digest__in=digests).exclude(operation=operation).select_related("operation")
    earlier = {
        bytes(one.digest or b""): one
        for one in others.order_by("operation_id", "row")
        if one.state in (ItemState.DONE, ItemState.UNKNOWN, ItemState.GOING)
        or (one.state == ItemState.READY and one.operation.state in ON_THEIR_WAY)
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


def _batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    for item in items:
        batch.append(item)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
