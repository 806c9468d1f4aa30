"""Empties the database after transactional tests: only the tables that have rows; what never changes stays.

Django's own flush truncates every table and writes all content types and permissions anew after each such test,
and the trail's triggers rightly refuse it. Here the tables filled by the migrations stay, and are counted.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.test import TransactionTestCase

from apps.audit import person_keys
from apps.audit.writer import writer
from tests.support.still import wait_until_still
from tests.support.trail import without_triggers


@dataclass
class _Stock:
    """What the migrations leave. kept: table → rows; others: all tables they leave empty."""

    kept: dict[str, int] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)


_stock = _Stock()


def take_stock() -> None:
    """Called once, when the test database is made: what is in it now stays."""
    tables = sorted(connection.introspection.django_table_names(only_existing=True, include_views=False))
    tables.append("django_migrations")
    counts = _counts(tables)
    _stock.kept = {table: rows for table, rows in counts.items() if rows}
    _stock.others = [table for table in tables if not counts[table]]


def empty_instead_of_flushing() -> None:
    """Called once: every transactional test leaves the database as the migrations did."""
    if TransactionTestCase._fixture_teardown is not _emptied:
        TransactionTestCase._fixture_teardown = _emptied  # type: ignore[method-assign]


def _emptied(_case: Any) -> None:
    # What is still being written would come afterwards, and stay.
    wait_until_still()
    with connection.cursor() as cursor:
        some = " UNION ALL ".join(
            f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in _stock.others
        )
        cursor.execute(some)
        used = [row[0] for row in cursor.fetchall()]
    if used:
        with without_triggers(), connection.constraint_checks_disabled(), connection.cursor() as cursor:
            for table in used:
                cursor.execute(f"DELETE FROM {table}")
    # As after a restart: numbers that went on would look like entries somebody has removed.
    writer.renew_everywhere()
    person_keys.remember_nothing()
    assert _counts(list(_stock.kept)) == _stock.kept, "A test changed what the migrations had filled."


def _counts(tables: list[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables))
        return dict(cursor.fetchall())
