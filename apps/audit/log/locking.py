"""One sealer at a time, however many processes there are."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

# Any number of our own. SQLite has one writer anyway.
LOCK = 7_311_205


@contextmanager
def alone(*, wait: bool = False) -> Iterator[bool]:
    """A transaction in which nobody else seals; False when another does at the moment and `wait` is not asked."""
    with transaction.atomic(durable=True):
        if connection.vendor != "postgresql":
            yield True
            return
        with connection.cursor() as cursor:
            if wait:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
                yield True
                return
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            (got,) = cursor.fetchone()
        yield bool(got)
