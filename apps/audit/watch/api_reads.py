"""The trail read over the API: how much of it one key took along in a day, beside what it takes otherwise."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from statistics import median

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.audit.models import Entry
from apps.audit.queries import EntryQuerySet
from apps.audit.watch.acts import COLUMNS, Act, details_of
from apps.audit.watch.exports import ENOUGH, SMALL, much
from apps.audit.watch.rules import Counts, Finding, Rule, register
from apps.audit.watch.stretches import Period, Stretch, in_parts, local_day
from apps.core import caching
from apps.core.formats import number

LIST, ONE = "trail.viewed", "trail.entry.opened"
# So many days before are compared, and of them so many readings; fewer than ENOUGH days say nothing.
EARLIER = timedelta(days=14)
MOST_AT_ONCE = 25_000
SESSIONS_AT_ONCE = 1_000
# What earlier days came to changes no more.
KNOWN_SECONDS = 3_600


def keys_of(batch: Sequence[Act]) -> Iterator[Stretch]:
    """What each of these keys read on the same day. A key that only reads the trail has no account, so it is known by
    what stands where a person has a sign-in."""
    read = [act for act in batch if act.action in (LIST, ONE) and act.channel == "api"]
    days: dict[date, set[str]] = defaultdict(set)
    for some in in_parts(read, SESSIONS_AT_ONCE):
        known = dict(Entry.objects.filter(pk__in=[act.id for act in some]).values_list("pk", "session"))
        for act in some:
            days[local_day(act.at)].add(known.get(act.id, ""))
    for day in sorted(days):
        for key in sorted(days[day] - {""}):
            if stretch := _day(day, key):
                yield stretch


def _day(day: date, key: str) -> Stretch | None:
    """With how many entries each reading brought at most, and what is usual a day."""
    period = Period(day, day)
    begins, ends = period.bounds
    sizes = {one.pk: given(one) for one in _readings(period.entries.within(begins, ends), key)}
    acts: list[Act] = []
    for some in in_parts(sorted(one for one, size in sizes.items() if size), SESSIONS_AT_ONCE):
        rows = Entry.objects.filter(pk__in=some).order_by("pk").values_list(*COLUMNS)
        acts += [Act(*row) for row in rows]
    if not acts:
        return None
    usual = _usual(period, key) if sum(sizes.values()) >= SMALL else 0
    facts = {act.id: {"entries": sizes[act.id], "usual": usual} for act in acts}
    newest = acts[-1]
    return Stretch(
        newest.actor_id,
        newest.actor_name,
        newest.store_code,
        f"{key}/{day.isoformat()}",
        tuple(acts),
        facts=facts,
    )


def _readings(entries: EntryQuerySet, key: str) -> Iterable[Entry]:
    found = entries.filter(action__in=(LIST, ONE), channel="api", session=key).order_by("-id")
    return found.only("id", "at", "action", "payload")[:MOST_AT_ONCE]


def given(entry: Entry) -> int:
    """How many entries a reading brought at most: a page of so many, behind an id no more than were written since."""
    if entry.action == ONE:
        return 1
    told = details_of(entry)
    size, after, before = (_whole(told.get(name)) for name in ("limit", "after_id", "before_id"))
    # What is written meanwhile is another's to count, and its own entry is nothing new.
    since = entry.pk - 1 - after if after else size
    return max(0, min(size, since, before - 1 if before else size))


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _usual(period: Period, key: str) -> int:
    """The middle of what earlier days came to, or 0 where those are too few."""
    begins, _ends = period.bounds
    name = f"watch-usual/{key.replace(' ', '-')}/{period.first.isoformat()}"
    known = caching.get(name)
    if isinstance(known, int):
        return known
    totals: dict[date, int] = defaultdict(int)
    for one in _readings(Entry.objects.within(begins - EARLIER, begins), key):
        totals[local_day(one.at)] += given(one)
    sizes = [size for size in totals.values() if size]
    usual = int(median(sizes)) if len(sizes) >= ENOUGH else 0
    caching.put(name, usual, KNOWN_SECONDS)
    return usual


def judge(stretch: Stretch) -> Iterator[Finding]:
    """A day as a whole."""
    acts = stretch.fresh
    size = sum(stretch.facts[act.id]["entries"] for act in acts)
    yield from much(acts, size, stretch.facts[acts[-1].id]["usual"] if acts else 0)


def words(name: str, counts: Counts) -> str:
    """The finding as a sentence."""
    told = (
        _now("%(name)s read up to %(size)s entries of the trail in a day; %(usual)s are usual.")
        if counts["usual"]
        else _now("%(name)s read up to %(size)s entries of the trail in a day.")
    )
    return told % {"name": name, "size": number(counts["entries"]), "usual": number(counts["usual"])}


register(
    Rule(
        "api_reads",
        _("Trail read by a program"),
        _(
            "Very many entries read over the API with one key in a day, or many times as many as it reads "
            "on other days."
        ),
        keys_of,
        judge,
        words,
        ("export_most", "export_times"),
    )
)
