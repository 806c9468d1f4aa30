"""What a rule judges: a stretch of acts that belong together, such as everything a person did in one day."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, TypeVar

from django.utils import timezone

from apps.audit.models import Entry
from apps.audit.queries import EntryQuerySet
from apps.audit.watch.acts import BY_HAND, Act, acts_in

# Together they bound one question: so many people, and so many of their acts, or of one person's, the newest first.
PEOPLE_AT_ONCE = 25
MOST_AT_ONCE = 25_000
T = TypeVar("T")


@dataclass(frozen=True)
class Stretch:
    """Acts that belong together, oldest first.

    person_id  the account it is about, None where there is none;  name  for people
    key        who and when, in one word: the same stretch always has the same
    after      acts up to this id have been looked at by a person: they explain, and are evidence no more
    facts      details of some of the acts, by entry id
    """

    person_id: int | None
    name: str
    store_code: str
    key: str
    acts: tuple[Act, ...]
    after: int = 0
    facts: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def fresh(self) -> list[Act]:
        """The acts that may be evidence."""
        return [act for act in self.acts if act.id > self.after]

    @property
    def is_program(self) -> bool:
        """Whether they are a program's: people do not come by the API, nor programs by the pages."""
        return self.acts[-1].channel == "api"

    @property
    def last(self) -> int:
        """The newest entry in it."""
        return self.acts[-1].id

    def later_than(self, entry_id: int) -> "Stretch":
        """The same, with nothing up to this entry as evidence."""
        return replace(self, after=entry_id)


# From the acts of one look to the stretches they belong to, each whole.
Source = Callable[[Sequence[Act]], Iterator[Stretch]]


def days_of(batch: Sequence[Act]) -> Iterator[Stretch]:
    """Everything each of these people did by hand on the same day, in the console's time zone."""
    people: dict[date, set[int]] = defaultdict(set)
    for act in batch:
        if act.by_hand and act.actor_id is not None:
            people[local_day(act.at)].add(act.actor_id)
    for day in sorted(people):
        period = Period(day, day)
        for some in in_parts(sorted(people[day]), PEOPLE_AT_ONCE):
            found = period.entries.filter(channel__in=BY_HAND)
            for person, theirs in of_each(period, found, some, MOST_AT_ONCE).items():
                yield stretch_of(person, theirs, f"{person}/{day.isoformat()}")


def stretch_of(
    person: int, acts: Sequence[Act], key: str, facts: Mapping[int, Mapping[str, Any]] | None = None
) -> Stretch:
    """One person's acts; name and store as they were last."""
    newest = acts[-1]
    return Stretch(person, newest.actor_name, newest.store_code, key, tuple(acts), facts=facts or {})


def of_each(period: "Period", found: EntryQuerySet, people: Sequence[int], most: int) -> dict[int, list[Act]]:
    """The acts of each of these people among these entries of a period, in their order.

    Asked for together, and each alone where there are more than `most`: nobody's acts push out those of another.
    """
    acts = acts_in(found.filter(actor_id__in=people), most)
    if len(acts) < most:
        return _by_person(period.own(acts))
    each = {one: acts_in(found.within(*period.bounds).filter(actor_id=one), most) for one in people}
    return {one: theirs for one, theirs in each.items() if theirs}


def _by_person(acts: Sequence[Act]) -> dict[int, list[Act]]:
    found: dict[int, list[Act]] = defaultdict(list)
    for act in acts:
        if act.actor_id is not None:
            found[act.actor_id].append(act)
    return dict(found)


def local_day(at: datetime) -> date:
    """The day in the console's time zone."""
    return timezone.localtime(at).date()


@dataclass(frozen=True)
class Period:
    """From the beginning of the first day to the end of the last, in the console's time zone."""

    first: date
    last: date

    @cached_property
    def bounds(self) -> tuple[datetime, datetime]:
        """When it begins, and when it has ended."""
        return _midnight(self.first), _midnight(self.last + timedelta(days=1))

    @property
    def entries(self) -> EntryQuerySet:
        """Its entries and some of the days around it, where clocks differed: `own` takes those away.

        Bounded by numbers that are looked up first, and by nothing else: beside the time, or with the numbers as
        part of the question, PostgreSQL reads the whole day instead of asking the index of actors.
        """
        first, last = self._ids
        found: EntryQuerySet = Entry.objects.filter(id__gte=first, id__lte=last)
        return found

    @cached_property
    def _ids(self) -> tuple[int, int]:
        return Entry.objects.ids_within(*self.bounds) or (0, 0)

    def own(self, acts: Iterable[Act]) -> list[Act]:
        """Those of these acts that lie in it."""
        begins, ends = self.bounds
        return [act for act in acts if begins <= act.at < ends]


def in_parts(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The values, so many at once."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
