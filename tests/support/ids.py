"""Row ids as in a house that has worked for a year: above a thousand, and no table's ids are another's."""

from django.apps import apps
from django.db import connection, models

_APART = 10_000


def begin_high() -> None:
    """Move the sequence of every table; an empty test database of its own is expected."""
    tables = sorted(
        (model._meta.db_table, model._meta.pk.column)
        for model in apps.get_models(include_auto_created=True)
        if isinstance(model._meta.pk, models.AutoField | models.BigAutoField)
    )
    with connection.cursor() as cursor:
        for place, (table, column) in enumerate(tables, start=1):
            if connection.vendor == "postgresql":
                sequence = "SELECT setval(pg_get_serial_sequence(%s, %s), %s)"
                cursor.execute(sequence, [f'"{table}"', column, place * _APART])
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                begin = "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)"
                cursor.execute(begin, [table, place * _APART])
