"""Checks that ids follow the order in which entries were written and sealed, whoever wrote them.

Times alone may be wrong by a clock, places alone by a transaction that took long. Where both say that one entry came
well before another and the ids say the opposite, an id was changed.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from apps.audit.canonical import moment
from apps.audit.log.findings import MOST, Finding
from apps.audit.models import Checkpoint, Entry, Leaf

PAGE = 20_000
APART = timedelta(minutes=5)
MINUTES = APART // timedelta(minutes=1)
Row = tuple[datetime, int]


@dataclass(slots=True)
class Highest:
    """The highest id of all entries that are well older than the one looked at; times come in their order.

    sure     of the minutes that are over for all to come
    minutes  [minute, highest id] of those that are not yet
    """

    sure: int = 0
    minutes: list[list[int]] = field(default_factory=list)

    def before(self, at: datetime, pk: int) -> int:
        """The highest id well before this one, which is taken down."""
        now = int(at.timestamp()) // 60
        while self.minutes and self.minutes[0][0] < now - MINUTES:
            self.sure = max(self.sure, self.minutes.pop(0)[1])
        if self.minutes and self.minutes[-1][0] == now:
            self.minutes[-1][1] = max(self.minutes[-1][1], pk)
        else:
            self.minutes.append([now, pk])
        return self.sure

    def copy(self) -> "Highest":
        """To go on from here a second time."""
        return Highest(self.sure, [list(one) for one in self.minutes])


@dataclass(slots=True)
class OrderCheck:
    """How far entries are looked at in the order of their times: the last one, and what came before it."""

    after: Row | None = None
    highest: Highest = field(default_factory=Highest)

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "OrderCheck":
        """From what `kept` gave."""
        if not kept:
            return cls()
        at, pk = kept["after"]
        return cls((datetime.fromisoformat(at), pk), Highest(kept["sure"], kept["minutes"]))

    @property
    def kept(self) -> dict[str, Any]:
        """As a verification keeps it."""
        if self.after is None:
            return {}
        at, pk = self.after
        return {
            "after": (moment(at), pk),
            "sure": self.highest.sure,
            "minutes": self.highest.minutes,
        }

    def page(self, until: int) -> tuple[list[Finding], bool]:
        """Look at the next entries up to an id; (what is wrong, whether there may be more)."""
        rows = self._rows(until)
        if not rows:
            return [], False
        ahead = self.highest.copy()
        doubtful = {one for at, pk in rows if (before := ahead.before(at, pk)) > pk for one in (pk, before)}
        # Nearly always nobody: then nothing more is asked.
        found = self._looked_at(rows, _places(doubtful)) if doubtful else []
        if not doubtful:
            self.highest = ahead
        self.after = rows[-1]
        return found, len(rows) == PAGE

    def _rows(self, until: int) -> list[Row]:
        entries = Entry.objects.filter(pk__lte=until)
        if self.after:
            at, pk = self.after
            entries = entries.filter(at__gte=at).exclude(at=at, pk__lte=pk)
        return list(entries.order_by("at", "pk").values_list("at", "pk")[:PAGE])

    def _looked_at(self, rows: list[Row], places: dict[int, int]) -> list[Finding]:
        found: list[Finding] = []
        for at, pk in rows:
            before = self.highest.before(at, pk)
            if before <= pk or len(found) == MOST or not _well_before(before, pk, places):
                continue
            beside = _beside(places.get(before))
            if _off(before, beside) > _off(pk, _beside(places.get(pk))):
                found.append(Finding(_words(before, pk), before, places.get(before)))
                # It would stand above everything to come.
                self.highest.sure = max(beside, default=pk)
            else:
                found.append(Finding(_words(before, pk), pk, places.get(pk)))
        return found


def _words(before: int, pk: int) -> str:
    return f"an id was changed: #{before} was written and sealed well before #{pk}"


def _places(ids: set[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    some = sorted(ids)
    for start in range(0, len(some), 1_000):
        rows = Leaf.objects.filter(entry_id__in=some[start : start + 1_000])
        found |= dict(rows.values_list("entry_id", "index"))
    return found


def _well_before(one: int, other: int, places: dict[int, int]) -> bool:
    """Whether one was sealed well before the other; what waits is behind everything."""
    if one not in places:
        places |= _places({one})
    place, behind = places.get(one), places.get(other)
    if place is None or (behind is not None and behind <= place):
        return False
    sealed = _sealed_at(place)
    return sealed is not None and (_sealed_at(behind) or datetime.now(UTC)) - sealed > APART


def _sealed_at(place: int | None) -> datetime | None:
    if place is None:
        return None
    point = Checkpoint.objects.filter(size__gt=place).order_by("size")
    return point.values_list("at", flat=True).first()


def _beside(place: int | None) -> list[int]:
    """The ids of those that were sealed around it."""
    if place is None:
        return []
    around = Leaf.objects.filter(index__in=(place - 1, place + 1))
    return list(around.values_list("entry_id", flat=True))


def _off(pk: int, beside: list[int]) -> int:
    return min((abs(pk - one) for one in beside), default=0)
