"""The sweep of the watch: entries since the last look, and those that were committed late behind it.

An entry gets its id before it is committed, so a lower id may appear after a higher one was seen. Above `low`
entries are counted again at each look; when there are more than last time, that piece is judged once more.
What a rule finds twice is one item, so looking twice does no harm.
"""

from collections import defaultdict
from datetime import timedelta
from time import monotonic

from django.db.models import QuerySet
from django.utils import timezone

from apps.audit.models import Entry, WatchMark
from apps.audit.watch import (  # noqa: F401 they register
    api_reads,
    exports,
    goodwill,
    hours,
    lookups,
    refusals,
    reveals,
)
from apps.audit.watch.acts import acts_in
from apps.audit.watch.raising import keep
from apps.audit.watch.rules import Rule, all_rules
from apps.audit.watch.stretches import Source
from apps.core.context import new_reference, use_reference

# One look: so many entries at once, so many times, and no longer than this. The rest waits for the next one.
ENTRIES_AT_ONCE = 2_000
TIMES = 10
SECONDS = 20.0
# No transaction that writes an entry lasts so long; and no more entries than this are ever counted again.
LATE = timedelta(minutes=10)
LATE_MOST = 50_000
# What was there before the watch: a new house begins with its last day.
FIRST_LOOK = timedelta(days=1)


def look() -> int:
    """Judge what is new in the trail; returns how many entries that was. May run twice at once."""
    began, seen = monotonic(), 0
    mark = _mark()
    with use_reference(new_reference()):
        for _time in range(TIMES):
            found = _look_once(mark)
            seen += found
            if found < ENTRIES_AT_ONCE or monotonic() - began > SECONDS:
                break
    return seen


def _mark() -> WatchMark:
    mark, made = WatchMark.objects.get_or_create(pk=1)
    if made:
        first = Entry.objects.filter(at__gte=timezone.now() - FIRST_LOOK).order_by("at", "id").first()
        newest = Entry.objects.order_by("-id").first()
        mark.seen = mark.low = first.pk - 1 if first else newest.pk if newest else 0
        mark.save()
    return mark


def _look_once(mark: WatchMark) -> int:
    """One step. What comes between counting and reading is counted as late next time, never passed over."""
    new = Entry.objects.filter(id__gt=mark.seen).order_by("id")
    ids = list(new.values_list("id", flat=True)[:ENTRIES_AT_ONCE])
    upper = ids[-1] if ids else mark.seen
    low = _low(upper)
    counted = _between(low, upper).count()
    late = _between(mark.low, mark.seen).count() != mark.counted
    if ids or late:
        judge(_between(mark.low if late else mark.seen, upper))
    if (mark.seen, mark.low, mark.counted) != (upper, low, counted):
        mark.seen, mark.low, mark.counted = upper, low, counted
        mark.save()
    return len(ids)


def _between(low: int, upper: int) -> QuerySet[Entry]:
    return Entry.objects.filter(id__gt=low, id__lte=upper)


def _low(upper: int) -> int:
    """The last entry old enough that nothing behind it can still appear."""
    old = Entry.objects.filter(at__lt=timezone.now() - LATE).order_by("-at", "-id")
    last = old.values_list("id", flat=True).first() or 0
    return max(min(last, upper), upper - LATE_MOST)


def judge(entries: QuerySet[Entry]) -> int:
    """Ask every rule that is switched on about the stretches these entries belong to; returns what was found."""
    batch = acts_in(entries, LATE_MOST + ENTRIES_AT_ONCE)
    by_source: dict[Source, list[Rule]] = defaultdict(list)
    for rule in all_rules():
        if rule.is_on:
            by_source[rule.source].append(rule)
    found = 0
    for source, rules in by_source.items():
        for stretch in source(batch):
            for rule in rules:
                for finding in rule.judge(stretch):
                    keep(rule, stretch, finding)
                    found += 1
    return found
