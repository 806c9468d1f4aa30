"""Spot-checks the words by which entries are searched: what they lack a search does not find, and nobody misses it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Q

from apps.audit.log.findings import Finding
from apps.audit.models import EntryText
from apps.audit.models.texts import TextMark
from apps.audit.subject_requests.forgotten import Named, rightly_forgotten
from apps.audit.texts import words_of

# Of so many of a page the words themselves are looked at, of all others that there are some.
LOOKED_AT = 10


class Worded(NamedTuple):
    """An entry whose words are checked; `place` in the log."""

    place: int
    pk: int
    named: Named
    content: dict[str, Any]


def written_up_to() -> int:
    """The place before which every entry has its words."""
    return TextMark.objects.filter(pk=1).values_list("next_index", flat=True).first() or 0


def wrong_words(entries: Sequence[Worded], mark: int) -> Iterator[Finding]:
    """What is wrong with the words of these; `mark` was asked before they were read."""
    due = [one for one in entries if one.content and one.place < mark]
    kept = _kept([one.pk for one in due])
    lacking = _lacking([one for one in due if one.pk not in kept])
    forgotten = rightly_forgotten([one.named for one in lacking]) if lacking else set()
    for one in lacking:
        if one.pk not in forgotten:
            yield Finding("the words by which it is found are gone", one.pk, one.place)
    some = {one.pk: one for one in due[:: max(1, len(due) // LOOKED_AT)] if one.pk in kept}
    said: Mapping[int, str] = dict(
        EntryText.objects.filter(entry_id__in=some).values_list("entry_id", "text")
    )
    for pk, one in some.items():
        if pk in said and _others(said[pk], one.content):
            yield Finding("the words by which it is found are not its own", pk, one.place)


def _lacking(missed: list[Worded]) -> list[Worded]:
    """Those without words when asked again: all may have been begun anew meanwhile, which moves the mark first."""
    if not missed:
        return []
    mark = written_up_to()
    due = [one for one in missed if one.place < mark]
    kept = _kept([one.pk for one in due])
    return [one for one in due if one.pk not in kept]


def _kept(ids: list[int]) -> set[int]:
    """Those that have words, and perhaps others near them."""
    if not ids:
        return set()
    low, high = min(ids), max(ids)
    # They nearly always follow each other: two numbers are asked with sooner than two thousand.
    there = Q(entry_id__range=(low, high)) if high - low < 3 * len(ids) else Q(entry_id__in=ids)
    return set(EntryText.objects.filter(there).values_list("entry_id", flat=True))


def _others(said: str, content: dict[str, Any]) -> bool:
    """Whether nothing of it is in the entry: which fields give words may change from version to version."""
    own = {line for line in words_of(content).split("\n") if line}
    return bool(own) and own.isdisjoint(said.split("\n"))
