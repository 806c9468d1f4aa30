"""Where a complete export begins and ends: entries that are gone from the edges of its days belong to it too."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from apps.audit.keeping.classes import bounds
from apps.audit.keeping.vouching import archives_between
from apps.audit.models import Leaf

PLACES_AT_ONCE = 1_000
# Writers seal side by side, and their clocks differ a little.
SLACK = timedelta(minutes=5)
Edges = tuple[int, int] | None


class Days(NamedTuple):
    """From one moment up to another, and how large the log is that is looked at."""

    begins: datetime
    ends: datetime
    size: int


def widened(found: Edges, days: Days, most: int) -> Edges:
    """First and last place, with those beside them whose entries are not in the database any more.

    found  the places of the entries that are there; None where there is none: then those between the entries
           before and behind these days are looked at, and only what no archive holds makes a range of them
    most   so many places on either side are looked at

    An entry of a moment before or after does not end the search, one of minutes does.
    """
    if found is not None:
        first, last = found
        return min([first, *(one for one, _archived in _missing(first, -1, days, most))]), max(
            [last, *(one for one, _archived in _missing(last, 1, days, most))]
        )
    before = _last_before(days)
    gone = [*_missing(before + 1, -1, days, most), *_missing(before, 1, days, most)]
    if all(archived for _place, archived in gone):
        return None
    places = [place for place, _archived in gone]
    return min(places), max(places)


def _missing(place: int, step: int, days: Days, most: int) -> Iterator[tuple[int, bool]]:
    """Places from here on outwards without their entry, each with whether an archive holds it; up to an entry that is
    there and of another time."""
    for looked in range(0, most, PLACES_AT_ONCE):
        near = place + step * (looked + 1)
        low, high = (near, near + PLACES_AT_ONCE) if step > 0 else (near + 1 - PLACES_AT_ONCE, near + 1)
        low, high = max(low, 0), min(high, days.size)
        if low >= high:
            return
        # The join leaves out places without their entry.
        there = dict(Leaf.objects.filter(index__gte=low, index__lt=high).values_list("index", "entry__at"))
        archives = archives_between(low, high) if len(there) < high - low else {}
        for one in range(low, high) if step > 0 else range(high - 1, low - 1, -1):
            archive = archives.get(one)
            if one in there:
                if not days.begins - SLACK <= there[one] < days.ends + SLACK:
                    return
            elif archive is not None and not _has(archive.month, days):
                return
            else:
                yield one, archive is not None


def _has(month: date, days: Days) -> bool:
    """Whether a month, in UTC as archives count it, has anything of these days."""
    begins, ends = bounds(month)
    return begins < days.ends and ends > days.begins


def _last_before(days: Days) -> int:
    """The place of the newest entry before these days, -1 without one."""
    known = Leaf.objects.filter(index__lt=days.size, entry__at__lt=days.begins)
    found = known.order_by("-entry__at", "-entry_id").values_list("index", flat=True).first()
    return -1 if found is None else found
