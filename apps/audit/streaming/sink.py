"""What a sink is: takes some records, all of them or none as far as anybody knows."""

from collections.abc import Sequence
from typing import Protocol

from apps.audit.streaming.records import Record


class SinkAway(Exception):
    """The sink did not take the records, or nobody knows that it did; the text says why. They are sent again."""


class Sink(Protocol):
    """A place outside that listens to the trail."""

    @property
    def name(self) -> str:
        """One word; the cursor is kept under it."""

    @property
    def at_once(self) -> int:
        """How many records it takes at most."""

    def take(self, records: Sequence[Record]) -> None:
        """Returns once they are taken. Raises: SinkAway"""
