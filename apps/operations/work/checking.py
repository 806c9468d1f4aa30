"""The dry run of some rows: nothing is changed outside, every problem of every row is kept."""

import time
from collections.abc import Sequence

from django.db import transaction

from apps.core.errors import ConsoleError
from apps.operations.models import Chunk, Item
from apps.operations.models.items import seal_input
from apps.operations.work.claims import Claim
from apps.operations.work.kinds import Checked, Kind, Problem, Row
from apps.operations.work.moving import locked
from apps.operations.work.pauses import PutOff, passes, pause_after
from apps.operations.work.sources import digest_of, plain_problems
from apps.operations.work.states import ChunkState, ItemState, Phase

WRITTEN = (
    "state",
    "problems",
    "customer_id",
    "mask",
    "store_code",
    "points",
    "money",
    "gives",
    "digest",
    "input_sealed",
    "tries",
)


def check(claim: Claim, kind: Kind, ends_at: float) -> bool | PutOff:
    """Check on from where it stopped; False when the time was over first. Raises Lost, Stopped"""
    chunk = claim.chunk
    new = Item.objects.filter(
        operation=claim.operation, state=ItemState.NEW, row__gte=chunk.first_row, row__lte=chunk.last_row
    ).order_by("row")
    while batch := list(new[: kind.batch]):
        claim.hold()
        try:
            found = _checked(claim, kind, batch)
        except ConsoleError as error:
            if passes(error):
                return _put_off(claim, batch[0], error)
            found = [Checked(problems=(Problem("", error.message, error.code),))] * len(batch)
        for item, one in zip(batch, found, strict=True):
            _note(item, one)
        with transaction.atomic():
            claim.renew()
            # Much quicker than one long update: the rows are there, so nothing is ever inserted.
            Item.objects.bulk_create(
                batch, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN
            )
        if time.monotonic() > ends_at:
            return False
    _finish(claim)
    return True


def _put_off(claim: Claim, first: Item, error: ConsoleError) -> PutOff:
    """Counted with the row it stopped at, as a run does: the chunk counts only what went wrong. Raises Lost"""
    tries = first.tries + 1
    with transaction.atomic():
        claim.touch()
        Item.objects.filter(pk=first.pk).update(tries=tries)
    return PutOff(error.message, pause_after(error, tries))


def _checked(claim: Claim, kind: Kind, batch: list[Item]) -> Sequence[Checked]:
    if kind.check is None:
        return [Checked()] * len(batch)
    rows = [Row(item.values, number=item.row) for item in batch]
    return kind.check(claim.operation.behind, claim.operation, rows)


def _note(item: Item, found: Checked) -> None:
    item.problems = plain_problems(found.problems)
    item.state = ItemState.BAD if found.problems else ItemState.READY
    item.customer_id, item.mask, item.store_code = found.customer_id, found.mask[:80], found.store_code
    item.points, item.money, item.gives = found.points, found.money, found.gives[:200]
    # The run counts anew.
    item.tries = 0
    if found.meaning is not None:
        item.digest = digest_of(item.operation.kind, found.meaning)
    if found.values is not None:
        item.input_sealed = seal_input(item.cells, dict(found.values))


def _finish(claim: Claim) -> None:
    """The last chunk that ends asks for the summing up."""
    with transaction.atomic():
        operation = locked(claim.operation.pk)
        claim.done()
        others = Chunk.objects.filter(operation=operation, phase=Phase.CHECK).exclude(state=ChunkState.DONE)
        if not others.exists():
            Chunk.objects.get_or_create(
                operation=operation,
                phase=Phase.SUM,
                number=1,
                defaults={"first_row": 0, "last_row": operation.rows},
            )
