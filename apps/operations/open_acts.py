"""The page of what is not known yet: acts of all rooms in one list by time, however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.formats import duration
from apps.operations.unknowns import Line, Source, sources_for
from apps.staff.models import Store, User

ROWS = 25
SETTLED_ROWS = 10
SETTLED_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to: one kind of acts, one store, what the person started."""

    act: str = ""
    store: Store | None = None
    mine: bool = False


@dataclass(frozen=True)
class Cursor:
    """A place in the list, which is ordered by start (newest first), kind and row."""

    started: datetime
    act: str
    pk: int

    def __str__(self) -> str:
        return f"{self.started.isoformat()}~{self.act}~{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """None for anything that is no place."""
        at, _tilde, rest = text.partition("~")
        act, _tilde, pk = rest.partition("~")
        try:
            started = datetime.fromisoformat(at)
        except ValueError:
            return None
        plain = pk.isascii() and pk.isdecimal() and len(pk) < 15
        return cls(started, act, int(pk)) if plain and started.tzinfo else None

    def older(self, source: Source) -> Q:
        """What stands below this place."""
        return self._beyond(source, "lt", source.act > self.act)

    def newer(self, source: Source) -> Q:
        """What stands above it."""
        return self._beyond(source, "gt", source.act < self.act)

    def _beyond(self, source: Source, way: str, with_ties: bool) -> Q:
        name = source.started
        beyond, reached = Q(**{f"{name}__{way}": self.started}), Q(**{f"{name}__{way}e": self.started})
        if source.act == self.act:
            # The bound by time alone lets the database start at the right place of its index.
            return reached & (beyond | Q(**{name: self.started, f"pk__{way}": self.pk}))
        return reached if with_ties else beyond


@dataclass(frozen=True)
class Row:
    """One act of the list.

    doing  what is being done about it, or how it ended, in a sentence
    """

    source: Source
    act: Any
    line: Line
    doing: str

    @property
    def started(self) -> datetime:
        """When it was sent."""
        at: datetime = getattr(self.act, self.source.started)
        return at

    @property
    def needs_person(self) -> bool:
        """The console gave up: amber instead of violet."""
        return bool(self.act.state == self.source.person)

    @property
    def took_place(self) -> bool:
        """For those that are settled."""
        return bool(self.act.state == "done")

    @property
    def cursor(self) -> Cursor:
        """Its place in the list."""
        return Cursor(self.started, self.source.act, self.act.pk)


@dataclass(frozen=True)
class Page:
    """Some rows, and the places from which more are found above and below; None where there are none."""

    rows: list[Row]
    newer: Cursor | None = None
    older: Cursor | None = None


def page_of(
    user: User, asked: Asked, *, before: Cursor | None = None, after: Cursor | None = None, size: int = ROWS
) -> Page:
    """One page in the person's scope. One query for each kind of acts."""
    upwards = after is not None
    found: list[tuple[Source, Any]] = []
    for source in _sources(user, asked):
        rows = source.unknown(user).filter(_narrowed(user, source, asked))
        if after is not None:
            rows = rows.filter(after.newer(source))
        elif before is not None:
            rows = rows.filter(before.older(source))
        sign = "" if upwards else "-"
        found += [(source, act) for act in rows.order_by(f"{sign}{source.started}", f"{sign}pk")[: size + 1]]
    ordered = _in_order(found)
    more = len(ordered) > size
    shown = ordered[-size:] if upwards else ordered[:size]
    now = timezone.now()
    lines = [Row(source, act, source.line(act, user), doing(source, act, now)) for source, act in shown]
    if not lines:
        return Page([])
    has_newer, has_older = (more, True) if upwards else (before is not None, more)
    return Page(lines, lines[0].cursor if has_newer else None, lines[-1].cursor if has_older else None)


def just_settled(user: User, asked: Asked) -> list[Row]:
    """What was not known and ended within a day, latest first. One query for each kind of acts."""
    since = timezone.now() - SETTLED_WITHIN
    found: list[tuple[Source, Any]] = []
    for source in _sources(user, asked):
        rows = source.looked_for(user).filter(_narrowed(user, source, asked), settled_at__gte=since)
        found += [(source, act) for act in rows.order_by("-settled_at")[:SETTLED_ROWS]]
    latest = sorted(found, key=lambda one: one[1].settled_at, reverse=True)[:SETTLED_ROWS]
    return [Row(source, act, source.line(act, user), ended(source, act)) for source, act in latest]


def doing(source: Source, act: Any, now: datetime) -> str:
    """``Read back 3 times, next look in 2 min.``"""
    looks, next_look = getattr(act, source.looks), getattr(act, source.next_look)
    read = ngettext("Read back %(count)s time", "Read back %(count)s times", looks) % {"count": looks}
    if act.state == source.person:
        return _("%(read)s without a clear result. A person has to look.") % {"read": read}
    done = read if looks else _("Not read back yet")
    if next_look is None or next_look <= now:
        return _("%(done)s, next look now.") % {"done": done}
    return _("%(done)s, next look in %(span)s.") % {"done": done, "span": duration(next_look - now)}


def ended(source: Source, act: Any) -> str:
    """``Found when it was read back the second time``, in plain words."""
    looks = getattr(act, source.looks)
    read = ngettext("Read back %(count)s time.", "Read back %(count)s times.", looks) % {"count": looks}
    if act.state == "done":
        return _("It took place. %(read)s") % {"read": read}
    return _("It did not take place. %(read)s") % {"read": read}


def _sources(user: User, asked: Asked) -> Sequence[Source]:
    return [one for one in sources_for(user) if asked.act in ("", one.act)]


def _narrowed(user: User, source: Source, asked: Asked) -> Q:
    narrowed = Q()
    if asked.store is not None:
        narrowed &= source.at_store(asked.store) if source.at_store else Q(**{source.store: asked.store.pk})
    return narrowed & source.mine(user) if asked.mine else narrowed


def _in_order(found: list[tuple[Source, Any]]) -> list[tuple[Source, Any]]:
    """Newest first; of those started in the same moment by kind, then the later row."""
    by_row = sorted(found, key=lambda one: (one[0].act, -one[1].pk))
    return sorted(by_row, key=lambda one: getattr(one[1], one[0].started), reverse=True)
