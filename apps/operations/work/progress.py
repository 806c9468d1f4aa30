"""How far an operation is: counts, speed, time left, the last lines. For the page and the command."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.operations.models import Item, Line, Operation
from apps.operations.work.ending import counts_of
from apps.operations.work.states import ItemState, State

MEASURED = timedelta(minutes=2)


@dataclass(frozen=True)
class Progress:
    """Rows by outcome; those the dry run left out count in `bad` and nowhere else.

    total       rows that are to be done;  left  of these: ready or going
    per_minute  as in the last minutes, 0 while nothing moves;  time_left  None when that cannot be said
    """

    total: int = 0
    done: int = 0
    not_done: int = 0
    unknown: int = 0
    skipped: int = 0
    going: int = 0
    left: int = 0
    bad: int = 0
    new: int = 0
    per_minute: int = 0
    time_left: timedelta | None = None

    @property
    def percent(self) -> int:
        """How much of it is through, whole percents, rounded down; skipped rows never were."""
        return 100 * self.through // self.total if self.total else 0

    @property
    def through(self) -> int:
        """Rows that came to an end, whichever."""
        return self.total - self.left - self.skipped - self.new


def progress_of(operation: Operation) -> Progress:
    """Two queries at most."""
    counts = counts_of(operation)
    ready, going, bad = (counts.get(one, 0) for one in (ItemState.READY, ItemState.GOING, ItemState.BAD))
    left = ready + going
    per_minute = speed_of(operation) if operation.state == State.RUNNING and left else 0
    return Progress(
        total=sum(counts.values()) - bad,
        done=counts.get(ItemState.DONE, 0),
        not_done=counts.get(ItemState.NOT_DONE, 0),
        unknown=counts.get(ItemState.UNKNOWN, 0),
        skipped=counts.get(ItemState.SKIPPED, 0),
        going=going,
        left=left,
        bad=bad,
        new=counts.get(ItemState.NEW, 0),
        per_minute=per_minute,
        time_left=timedelta(seconds=60 * left / per_minute) if per_minute else None,
    )


def speed_of(operation: Operation) -> int:
    """Rows a minute, over the last two minutes or since it was started."""
    now = timezone.now()
    since = max(now - MEASURED, operation.started_at or now)
    seconds = max(1.0, (now - since).total_seconds())
    return round(60 * Item.objects.filter(operation=operation, ended_at__gt=since).count() / seconds)


def last_lines(operation: Operation, most: int = 8) -> list[Line]:
    """What happened last, newest first; rows that failed or are not known among them. Two queries."""
    told = list(operation.lines.order_by("-id")[:most])
    ended = Item.objects.filter(
        operation=operation, state__in=[ItemState.NOT_DONE, ItemState.UNKNOWN], ended_at__isnull=False
    ).order_by("-ended_at")
    rows = [
        Line(operation=operation, at=one.ended_at, words=_row_words(one))
        for one in ended.only("row", "state", "words", "ended_at")[:most]
        if one.ended_at is not None
    ]
    return sorted([*told, *rows], key=lambda one: one.at, reverse=True)[:most]


def _row_words(item: Item) -> str:
    return _("Row %(row)s: %(words)s") % {"row": f"{item.row:,}", "words": item.words or item.state}
