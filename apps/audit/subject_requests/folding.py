"""What the page of a pack tells of entries and calls: alike ones in one line, so that it can be read and printed."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.audit.subject_requests.rooms import Columns, Staff, columns

# An id in an address: one line tells of all of them.
ID = re.compile(r"(?<=/)\d+(?=/|$)")


class Acts:
    """Entries of the same day that say the same, with how many there were and when the first was."""

    columns: Columns = columns(
        at=_("When"), what=_("What"), by=_("By"), outcome=_("Outcome"), reason=_("Reason"), times=_("Times")
    )

    def __init__(self) -> None:
        self._lines: dict[tuple[Any, ...], list[Any]] = {}

    def add(self, row: Sequence[Any]) -> None:
        """entry, at, what, by, outcome, reason and more"""
        _entry, at, what, by, outcome, reason, *_more = row
        # Most sentences end in the reason.
        beside = "" if reason in what else reason
        key = (timezone.localtime(at).date(), what, _shown(by), outcome, beside)
        line = self._lines.setdefault(key, [at, what, by, outcome, beside, 0])
        line[-1] += 1

    def lines(self) -> Iterator[Sequence[Any]]:
        """In the order of the first of each."""
        yield from self._lines.values()


class Calls:
    """Outside calls by what was asked for and by whom, with how many and between when; both halves are one."""

    columns: Columns = columns(
        what=_("What"), path=_("Address"), by=_("By"), calls=_("Calls"), first=_("First"), last=_("Last")
    )

    def __init__(self) -> None:
        self._lines: dict[tuple[Any, ...], list[Any]] = {}
        self._ids: dict[tuple[Any, ...], set[str]] = {}

    def add(self, row: Sequence[Any]) -> None:
        """entry, call, at, by, method, path and more"""
        _entry, call, at, by, method, path, *_more = row
        address, who = ID.sub("…", path), _shown(by)
        key = (method, address, who)
        line = self._lines.setdefault(key, [address, who, at, at])
        line[2], line[3] = min(line[2], at), max(line[3], at)
        self._ids.setdefault(key, set()).add(call)

    def lines(self) -> Iterator[Sequence[Any]]:
        """What changed something first, then what was asked most."""
        found = sorted(self._lines, key=lambda key: (key[0] == "GET", -len(self._ids[key])))
        for key in found:
            address, who, first, last = self._lines[key]
            what = _now("read") if key[0] == "GET" else _now("sent")
            yield what, address, who, len(self._ids[key]), first, last


def _shown(who: Staff) -> Staff:
    """Where names are not told, people of one role and store are alike."""
    return who if settings.CONSOLE_SUBJECT_PACK_STAFF_NAMES else Staff("", who.role, who.store)
