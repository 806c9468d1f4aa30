"""The two INSERT statements of the trail, written out: through the ORM they cost twice as much."""

from collections.abc import Sequence

from django.db import connection

from apps.audit.models import Entry, EntryIdentifier

COLUMNS = [field.attname for field in Entry._meta.concrete_fields if not field.primary_key]
ENTRIES = f"INSERT INTO {Entry._meta.db_table} ({', '.join(COLUMNS)}) VALUES "  # noqa: S608 names of our own columns
ENTRY = f"({', '.join(['%s'] * len(COLUMNS))})"
BESIDE = ["entry_id", "digest", "salt", "kind", "holder", "value"]
IDENTIFIERS = f"INSERT INTO {EntryIdentifier._meta.db_table} ({', '.join(BESIDE)}) VALUES "  # noqa: S608
IDENTIFIER = f"({', '.join(['%s'] * len(BESIDE))})"


def insert_entries(entries: Sequence[Entry]) -> None:
    """Insert them in one statement and give each its id, in the order of the list."""
    at = connection.ops.adapt_datetimefield_value
    rows = [entry.__dict__ | {"at": at(entry.at)} for entry in entries]
    values = [row[column] for row in rows for column in COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES + ", ".join([ENTRY] * len(rows)) + " RETURNING id", values)
        # Neither database promises the order of RETURNING; ids grow in the order of the rows.
        for entry, number in zip(entries, sorted(row[0] for row in cursor.fetchall()), strict=True):
            entry.pk = number


def insert_identifiers(identifiers: Sequence[EntryIdentifier]) -> None:
    """Insert them in one statement; nothing for none."""
    if identifiers:
        values = [getattr(one, column) for one in identifiers for column in BESIDE]
        with connection.cursor() as cursor:
            cursor.execute(IDENTIFIERS + ", ".join([IDENTIFIER] * len(identifiers)), values)
