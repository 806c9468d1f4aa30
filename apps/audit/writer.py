"""Numbers a writer's entries without gaps, so that an entry lost before the seal leaves a hole.

A writer is one thread of one process. Its number goes up by one per committed entry: numbers of a
transaction that was rolled back are given again, because the database forgets its hooks with it.
"""

import os
import threading

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from ulid import ULID


class Sequence:
    """One unbroken run of numbers."""

    def __init__(self) -> None:
        self.id = str(ULID())
        self.committed = 0
        self.hook = self.count_one

    def count_one(self) -> None:
        """One entry more is safely in the database."""
        self.committed += 1


class Writer(threading.local):
    """The writer of the current thread: `claim` numbers, insert the entries, then `confirm`."""

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Start a new run: after a fork, and when it is not certain whether a commit came through."""
        self.sequence = Sequence()

    def claim(self, count: int) -> tuple[str, list[int]]:
        """The writer's id and its next numbers."""
        sequence = self.sequence
        hooks = connections[DEFAULT_DB_ALIAS].run_on_commit
        pending = sum(1 for hook in hooks if sequence.hook in hook)
        first = sequence.committed + pending + 1
        return sequence.id, list(range(first, first + count))

    def confirm(self, count: int) -> None:
        """These entries are inserted; their numbers count once the transaction, if there is one, commits."""
        for _number in range(count):
            transaction.on_commit(self.sequence.hook)


writer = Writer()
os.register_at_fork(after_in_child=writer.renew)
