"""How far an operation is: counts, speed, time left, the last lines. For the page and the command."""

from dataclasses import dataclass
from datetime import timedelta

from apps.operations.models import Line, Operation


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
        """How much of it is through, whole percents, rounded down."""
        return 100 * (self.total - self.left) // self.total if self.total else 0


def progress_of(operation: Operation) -> Progress:
    """Two queries at most."""
    raise NotImplementedError


def last_lines(operation: Operation, most: int = 8) -> list[Line]:
    """What happened last, newest first; rows that failed or are not known among them."""
    raise NotImplementedError
