"""The database itself refuses to change the trail."""

import pytest
from django.db import Error, connection, transaction

from apps.audit.models import Entry, EntryIdentifier
from apps.audit.services import record
from tests.audit.conftest import MOBILE

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(asha):
    return record(
        "trail.viewed", actor=asha, details={"filters": "everything"}, identifiers=[("mobile", MOBILE)]
    )


def refused(statement, *values):
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize("table", [Entry._meta.db_table, EntryIdentifier._meta.db_table])
def test_update_and_delete_are_refused(entry, table):
    column = "action" if table == Entry._meta.db_table else "digest"
    refused(f"UPDATE {table} SET {column} = {column}")
    refused(f"DELETE FROM {table}")
    assert Entry.objects.get(pk=entry.pk).action == "trail.viewed"
    assert EntryIdentifier.objects.count() == 1


@pytest.mark.parametrize("table", [Entry._meta.db_table, EntryIdentifier._meta.db_table])
def test_disguises_are_refused(entry, table):
    if connection.vendor == "postgresql":
        refused(f"TRUNCATE {table} CASCADE")
        refused(f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET id = {table}.id")
    else:
        refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
        refused(f"UPDATE OR IGNORE {table} SET id = id + 1")


def test_models_cannot_change_it_either(entry):
    entry.reason = "another"
    for act in (
        entry.save,
        entry.delete,
        lambda: Entry.objects.update(reason="x"),
        Entry.objects.all().delete,
    ):
        with pytest.raises(Error), transaction.atomic():
            act()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2])
def test_transactional_tests_start_with_an_empty_and_guarded_trail(asha, time):
    assert not Entry.objects.exists()
    record("trail.viewed", actor=asha, details={"filters": "everything"})
    with pytest.raises(Error):
        Entry.objects.all().delete()
