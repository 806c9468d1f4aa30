"""Checks that ids follow the numbers of each writer: no sealed byte holds an id, and every page is read by it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from apps.audit.log.findings import Finding
from apps.audit.log.writer_check import Content, written_by

# [lowest number, its id, highest number, its id] of what was come across of one writer.
Ends = list[int]


@dataclass(slots=True)
class IdCheck:
    """The ends of every writer. A writer writes one entry after the other, so ids rise with its numbers."""

    ends: dict[str, Ends] = field(default_factory=dict)

    def add(self, rows: Iterable[tuple[int, Content]]) -> list[Finding]:
        """Take down these entries (id, content), in the order of their places."""
        found: list[Finding] = []
        for pk, content in rows:
            writer, number = written_by(content)
            known = self.ends.get(writer)
            if known and number > known[2] and pk > known[3]:
                # As it nearly always is.
                known[2:] = number, pk
            elif writer:
                found += self._take(writer, [number, pk, number, pk])
        return found

    def take_in(self, ends: Mapping[str, Ends]) -> list[Finding]:
        """What was taken down of the entries behind counts here too."""
        return [finding for writer, one in ends.items() for finding in self._take(writer, one)]

    def _take(self, writer: str, new: Ends) -> list[Finding]:
        known = self.ends.setdefault(writer, new)
        if known is new:
            return []
        (low, low_id, high, high_id), (first, first_id, last, last_id) = known, new
        found: list[Finding] = []
        if first > high and first_id <= high_id:
            found.append(_wrong(first_id, writer, high_id))
        elif last < low and last_id >= low_id:
            found.append(_wrong(low_id, writer, last_id))
        if first < low:
            low, low_id = first, first_id
        if last > high:
            high, high_id = last, last_id
        self.ends[writer] = [low, low_id, high, high_id]
        return found


def _wrong(pk: int, writer: str, before: int) -> Finding:
    return Finding(
        f"an id was changed: writer {writer} wrote #{before} before it, which has no lower one", pk
    )
