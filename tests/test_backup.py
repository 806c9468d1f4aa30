"""The embedded database is copied by SQLite alone, as the operators' handbook says."""

import sqlite3
from contextlib import closing
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from apps.goodwill.models import Budget, Kind


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL is copied with pg_dump.")
@pytest.mark.django_db
def test_sqlite_copies_the_database_without_functions_of_ours(tmp_path):
    copy = tmp_path / "console-backup.sqlite3"
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as plain:
        plain.execute("VACUUM INTO ?", [str(copy)])
        tables = "SELECT count(*) FROM sqlite_master WHERE type = 'table'"
        with closing(sqlite3.connect(copy)) as copied:
            assert copied.execute(tables).fetchone() == plain.execute(tables).fetchone()
            assert copied.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.django_db
def test_a_budget_begins_with_the_first_of_a_month_whoever_writes_it(agent):
    budget = Budget.objects.create(
        store=agent.memberships_now[0].store, month=date(2026, 11, 23), kind=Kind.POINTS, amount=500
    )
    assert budget.month == date(2026, 11, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Budget.objects.filter(pk=budget.pk).update(month=date(2026, 11, 2))
    Budget.objects.filter(pk=budget.pk).update(month=date(2026, 12, 1))
