"""Checks that no writer's numbers have a hole: an entry that was removed before the seal leaves one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.audit.canonical import readable
from apps.audit.keeping.vouching import archived_rows, tallies
from apps.audit.log.findings import Finding
from apps.audit.models import Entry

# [how many, highest, sum]: enough to tell that the numbers are 1 … highest, each once.
Tally = list[int]
Content = dict[str, Any]


@dataclass(slots=True)
class WriterCheck:
    """The numbers of every writer, as they are come across in any order."""

    tallies: dict[str, Tally] = field(default_factory=dict)

    def add(self, contents: Iterable[Content]) -> None:
        """Take down the writers of these entries; one that cannot be read is wrong by itself already."""
        for content in contents:
            writer, number = written_by(content)
            self._count(writer, 1, number, number)

    def take_in(self, tallies: Mapping[str, Tally]) -> None:
        """What was taken down of other entries counts here too."""
        for writer, (count, highest, total) in tallies.items():
            self._count(writer, count, highest, total)

    def findings(self) -> list[Finding]:
        """One for every writer with a hole, naming the entry behind it.

        Tallies are made page by page while others write; what looks like a hole is looked at again, all at once.
        """
        archived = tallies()
        holes = self.with_archives(archived).holes()
        return [*_holes(holes - archived.keys()), *_missing(holes & archived.keys(), archived)]

    def with_archives(self, archived: dict[str, Tally]) -> "WriterCheck":
        """The same with what archives hold of it."""
        whole = WriterCheck()
        whole.take_in(self.tallies)
        whole.take_in(archived)
        return whole

    def holes(self) -> set[str]:
        """The writers whose numbers are not 1 … highest, each once."""
        return {
            writer
            for writer, (count, highest, total) in self.tallies.items()
            if writer and (count != highest or total != highest * (highest + 1) // 2)
        }

    def _count(self, writer: str, count: int, highest: int, total: int) -> None:
        tally = self.tallies.setdefault(writer, [0, 0, 0])
        tally[0] += count
        tally[1] = max(tally[1], highest)
        tally[2] += total


def written_by(content: Content) -> tuple[str, int]:
    """(writer, its number) of an entry; an empty name when there is none."""
    try:
        writer, number = content["writer"]
    except (ValueError, KeyError, TypeError):
        return "", 0
    return (writer, number) if isinstance(writer, str) and isinstance(number, int) else ("", 0)


def _holes(writers: set[str]) -> Iterator[Finding]:
    """The first hole of each; a slow look at everything, only made when there seems to be one."""
    if not writers:
        return
    last: dict[str, tuple[int, int]] = dict.fromkeys(writers, (0, 0))
    left = set(writers)
    rows = Entry.objects.order_by("id").values_list("pk", "payload").iterator(chunk_size=2_000)
    for pk, payload in rows:
        writer, number = written_by(readable(payload))
        if writer not in left:
            continue
        before, expected = last[writer][0], last[writer][1] + 1
        last[writer] = pk, number
        if number != expected:
            left.discard(writer)
            yield Finding(_hole(writer, number, expected, before), pk)


def _missing(writers: set[str], archived: dict[str, Tally]) -> Iterator[Finding]:
    """The same for writers of whom archives hold a part: their numbers there are only known all together."""
    if not writers:
        return
    in_files, check = archived_rows(), WriterCheck()
    rows = Entry.objects.order_by("id").values_list("pk", "payload").iterator(chunk_size=2_000)
    contents = (readable(payload) for pk, payload in rows if pk not in in_files)
    check.add(content for content in contents if written_by(content)[0] in writers)
    whole = check.with_archives({writer: archived[writer] for writer in writers})
    for writer in sorted(whole.holes()):
        count, highest, _total = whole.tallies[writer]
        yield Finding(
            f"an entry was removed: of the {highest} entries of writer {writer}, trail and archives hold {count}"
        )


def _hole(writer: str, number: int, expected: int, before: int) -> str:
    if number < expected:
        return f"number {number} of writer {writer} is there twice"
    after = f" after entry #{before}" if before else ""
    return f"an entry was removed{after}: number {expected} of writer {writer} is missing"
