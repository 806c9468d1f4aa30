"""Lets transactional tests empty the trail: in the test database only, and only while they flush.

TransactionTestCase (pytest's transaction=True, live_server) empties all tables after each test, which the
trail's triggers rightly refuse. `flushing_allowed` steps around them for exactly that moment.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.test import TransactionTestCase

from apps.audit import triggers


@contextmanager
def without_triggers(alias: str = "default") -> Iterator[None]:
    """The trail's tables accept anything inside. Refuses to work outside of a test database."""
    connection = connections[alias]
    name = str(connection.settings_dict["NAME"])
    if "test" not in name and "memory" not in name:
        raise RuntimeError("The trail's triggers are lifted in a test database only.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SET session_replication_role = DEFAULT")
        return
    triggers.drop(connection)
    try:
        yield
    finally:
        triggers.create(connection)


def let_transactional_tests_flush() -> None:
    """Called once by tests/conftest.py: every transactional test flushes with the triggers lifted."""
    plain: Any = TransactionTestCase._fixture_teardown
    if getattr(plain, "lifts_triggers", False):
        return

    def lifted(case: TransactionTestCase) -> None:
        with without_triggers():
            plain(case)

    lifted.lifts_triggers = True  # type: ignore[attr-defined]
    TransactionTestCase._fixture_teardown = lifted  # type: ignore[method-assign]
