"""Deletes files and rows whose time is over; the operation, its counts and the trail stay."""

from django.db import transaction
from django.utils import timezone

from apps.core.context import new_reference, use_reference
from apps.operations.acts.pacing import paced
from apps.operations.models import FilePart, Item, Operation, StoredFile
from apps.operations.work.ending import counts_of, end_cancelled
from apps.operations.work.moving import locked
from apps.operations.work.states import ENDED, ItemState, State
from apps.operations.work.sweeping import taken_care_of
from apps.operations.work.tracing import trace

ROWS_AT_ONCE = 2000
LEFT_LYING = (State.CHECKED, State.WAITING, State.READY, State.PAUSED)


def retire() -> int:
    """Sweep: what has expired, as far as the time of a sweep goes; returns how many operations were emptied.

    One that is not over is cancelled first; one with a row that is not known yet is kept until it is.
    """
    now = timezone.now()
    expired = Operation.objects.filter(expires_at__lte=now, emptied_at=None).order_by("expires_at")
    emptied = 0
    with use_reference(new_reference()):
        for pk in paced(list(expired.values_list("pk", flat=True)[:100])):
            emptied += taken_care_of(pk, _retire, so="emptied") or 0
    return emptied


def _retire(pk: int) -> bool:
    with transaction.atomic():
        operation = locked(pk)
        if operation.state in LEFT_LYING:
            end_cancelled(operation)
            return False
        if operation.state not in ENDED or _is_open(operation):
            return False
        # Only once: after a crash in the middle fewer rows would be counted.
        if not operation.counts:
            operation.counts = counts_of(operation)
            operation.save(update_fields=["counts"])
    while _delete_some(pk):
        pass
    # Before it counts as emptied: what a worker killed here leaves is found at the next ring.
    for file in (operation.file, *operation.made.all()):
        if file is not None:
            _delete_file(file, operation)
    with transaction.atomic():
        operation = locked(pk)
        operation.chunks.all().delete()
        operation.lines.all().delete()
        operation.emptied_at = timezone.now()
        operation.save(update_fields=["emptied_at"])
        trace("emptied", operation, actor=operation.behind)
    return True


def _is_open(operation: Operation) -> bool:
    known = (ItemState.DONE, ItemState.NOT_DONE, ItemState.SKIPPED, ItemState.BAD)
    finished = operation.state in (State.UNREADABLE, State.REJECTED)
    return not finished and Item.objects.filter(operation=operation).exclude(state__in=known).exists()


def _delete_some(pk: int) -> int:
    rows = Item.objects.filter(operation_id=pk).order_by("row").values_list("pk", flat=True)[:ROWS_AT_ONCE]
    return Item.objects.filter(pk__in=list(rows)).delete()[0]


def _delete_file(file: StoredFile, operation: Operation) -> None:
    """Unless a rerun that is kept longer came from the same one."""
    if Operation.objects.filter(file=file, emptied_at=None).exclude(pk=operation.pk).exists():
        return
    for number in FilePart.objects.filter(file=file).order_by("number").values_list("pk", flat=True):
        FilePart.objects.filter(pk=number).delete()
    file.delete()
