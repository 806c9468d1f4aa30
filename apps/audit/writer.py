"""Numbers a writer's entries without gaps, so that an entry lost before the seal leaves a hole.

A writer is one thread of one process. Its number goes up by one per committed entry: numbers of a
transaction that was rolled back are given again, because the database forgets its hooks with it.
"""

import os
import threading
from dataclasses import dataclass, field

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from ulid import ULID


@dataclass(slots=True)
class Sequence:
    """One unbroken run of numbers; `committed` is the last one that is safely in the database."""

    id: str = field(default_factory=lambda: str(ULID()))
    committed: int = 0


@dataclass(frozen=True, slots=True)
class Inserted:
    """Hangs on the transaction: entries up to this number are inserted, and count once it commits."""

    sequence: Sequence
    number: int

    def __call__(self) -> None:
        """The transaction has committed."""
        self.sequence.committed = self.number


class Writer(threading.local):
    """The writer of the current thread: `claim` numbers, insert the entries, then `confirm`."""

    # Every thread that is behind starts a new run with its next entry.
    generation = 0

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Start a new run: after a fork, and when it is not certain whether a commit came through."""
        self.sequence, self.seen = Sequence(), Writer.generation

    @staticmethod
    def renew_everywhere() -> None:
        """Every thread of this process starts a new run: another database lies under it now."""
        Writer.generation += 1

    def claim(self, count: int) -> tuple[str, list[int]]:
        """The writer's id and its next numbers: after the last that is committed or waits to be."""
        if self.seen != Writer.generation:
            self.renew()
        last = self.sequence.committed
        for waiting in reversed(connections[DEFAULT_DB_ALIAS].run_on_commit):
            hook: object = waiting[1]
            if isinstance(hook, Inserted) and hook.sequence is self.sequence:
                last = hook.number
                break
        return self.sequence.id, list(range(last + 1, last + 1 + count))

    def confirm(self, last: int) -> None:
        """Entries up to this number are inserted; at once for good when there is no transaction."""
        transaction.on_commit(Inserted(self.sequence, last))


writer = Writer()
os.register_at_fork(after_in_child=writer.renew)
