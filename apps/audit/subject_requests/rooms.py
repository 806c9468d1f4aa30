"""The table of rooms: each says what it holds of a person, what it forgets, and what stands in the way.

A room does so in its own subject_data.py, which is found by its name:

    from apps.audit.subject_requests.rooms import Room, Subject, Table, columns, register
    register(Room("points", tables=(Table("redemptions", _("Redemptions"), columns(at=_("When")), read),), …))

Every model of the house stands in a table or in `holds_nothing`: a test walks them all.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from django.db import models
from django.db.models import QuerySet
from django.utils.functional import Promise

from apps.audit.identifiers import search_digests
from apps.core.badges import BADGES

M = TypeVar("M", bound=models.Model)
Columns = tuple[tuple[str, str | Promise], ...]
# What stands where something was that a person had forgotten.
FORGOTTEN = "forgotten"
AT_ONCE = 500
SHORTEST = 4


@dataclass(frozen=True)
class Subject:
    """Whose data it is.

    customer  the outside's internal id, 0 while nobody knows it: no row has that one
    digests   keyed hashes of the identifiers that are their own
    thorough  rows that had to be opened were looked through: a worker has the time, a click has not
    found     ids of the rows that were theirs, by room
    """

    customer: int
    digests: frozenset[bytes] = frozenset()
    thorough: bool = False
    found: Mapping[str, tuple[int, ...]] = field(default_factory=dict, compare=False)

    @property
    def hexes(self) -> frozenset[str]:
        """The digests as rooms keep them in text."""
        return frozenset(one.hex() for one in self.digests)

    def is_named_by(self, text: str) -> bool:
        """Whether this text is one of their identifiers, in any spelling."""
        return len(text) >= SHORTEST and not self.digests.isdisjoint(search_digests(text))

    def is_named_in(self, value: Any) -> bool:
        """The same anywhere within plain JSON."""
        if isinstance(value, Mapping):
            return any(self.is_named_in(one) for one in value.values())
        if isinstance(value, list | tuple):
            return any(self.is_named_in(one) for one in value)
        return isinstance(value, str | int) and self.is_named_by(str(value))


@dataclass(frozen=True)
class Staff:
    """Who of the house did something: role and store are always told, the name where the house says so."""

    name: str
    role: str
    store: str = ""


class Folded(Protocol):
    """Alike rows of a long table in one line each, with headings of their own."""

    columns: Columns

    def add(self, row: Sequence[Any]) -> None:
        """One more row, as the table gives it."""

    def lines(self) -> Iterable[Sequence[Any]]:
        """What they come to."""


@dataclass(frozen=True)
class Table:
    """Rows of one sort.

    name    in the file for machines;  title  for the person;  about  a sentence where the title is not enough
    held    the title where the house reads, for a title that speaks to the person
    models  labels of the models whose rows it tells
    folded  how the page to print tells a long table; the file for machines always holds every row
    """

    name: str
    title: str | Promise
    columns: Columns
    rows: Callable[[Subject], Iterable[Sequence[Any]]]
    models: tuple[str, ...] = ()
    about: str | Promise = ""
    held: str | Promise = ""
    folded: Callable[[], Folded] | None = None


def _nothing(_subject: Subject, _found: Any) -> Mapping[str, int]:
    return {}


def _not_looked_for(_subject: Subject) -> Any:
    return None


def _nowhere(_subject: Subject, _after: int) -> tuple[list[int], int]:
    return [], 0


def _none(_subject: Subject) -> Iterable[str]:
    return ()


def _no_others(_customer: int) -> Iterable[bytes]:
    return ()


@dataclass(frozen=True)
class Room:
    """What one room holds.

    look           one page of the rows that have to be opened to see whose they are, behind an id: the ids of
                   theirs, and the last one looked at, 0 when there is none behind
    find           what takes long to find, looked for before the transaction in which it is erased
    erase          destroys it, may run twice, and leaves open rows alone: {what: how many}; gets what `find` found
    open_acts      a sentence for each act that is not over and stands in the way of forgetting
    of_others      keyed hashes of other people's identifiers that this customer gave
    holds_nothing  models that hold nothing of a customer, each with why
    """

    name: str
    tables: tuple[Table, ...] = ()
    look: Callable[[Subject, int], tuple[list[int], int]] = _nowhere
    find: Callable[[Subject], Any] = _not_looked_for
    erase: Callable[[Subject, Any], Mapping[str, int]] = _nothing
    open_acts: Callable[[Subject], Iterable[str]] = _none
    of_others: Callable[[int], Iterable[bytes]] = _no_others
    holds_nothing: Mapping[str, str] = field(default_factory=dict)

    @property
    def holds(self) -> frozenset[str]:
        """Labels of the models its tables tell of."""
        return frozenset(label for table in self.tables for label in table.models)


_rooms: dict[str, Room] = {}


def register(room: Room) -> None:
    """Add a room. ValueError when its name is taken by another."""
    if _rooms.setdefault(room.name, room) is not room:
        raise ValueError(f"The room {room.name!r} says twice what it holds of a person.")


def rooms() -> list[Room]:
    """All of them, by name; the trail last, so that an act is told before its entries."""
    return [_rooms[name] for name in sorted(_rooms, key=lambda name: (name == "audit", name))]


def columns(**labels: str | Promise) -> Columns:
    """Names and headings, in their order."""
    return tuple(labels.items())


def by_id(rows: QuerySet[M]) -> Iterator[M]:
    """Every row in the order of ids, some at a time."""
    last = 0
    while page := list(rows.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        yield from page
        last = page[-1].pk


def level_in_words(level: str) -> str:
    """How the caller was verified, as badges say it; "" for nobody who was."""
    return str(BADGES[level].word) if level in BADGES else level


def blocking(subject: Subject) -> list[str]:
    """Every sentence of every room about what is not over."""
    return [words for room in rooms() for words in room.open_acts(subject)]
