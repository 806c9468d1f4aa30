"""What may be there once: told apart by what the database counts it as, and by no word of it."""

import pytest
from django.db import IntegrityError, connection

from apps.core.errors import Conflict
from apps.core.taken import told_when_taken

TABLE = """CREATE TEMPORARY TABLE thing (
    code integer PRIMARY KEY, name text, amount integer CONSTRAINT unique_amount CHECK (amount > 0)
)"""
IN_GERMAN = "DO $$ BEGIN RAISE 'doppelter Schlüsselwert' USING ERRCODE = 'unique_violation'; END $$"


@pytest.mark.django_db
def test_only_what_is_there_already_is_told_as_taken():
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.execute("CREATE UNIQUE INDEX thing_name ON thing (lower(name))")
        cursor.execute("INSERT INTO thing VALUES (1, 'Maple', 1)")
        taken = ["INSERT INTO thing VALUES (1, 'Oak', 1)", "INSERT INTO thing VALUES (2, 'MAPLE', 1)"]
        for statement in (*taken, *([IN_GERMAN] if connection.vendor == "postgresql" else [])):
            with pytest.raises(Conflict) as caught, told_when_taken():
                cursor.execute(statement)
            assert "Somebody saved the same" in caught.value.message
        # Whatever somebody called it.
        with pytest.raises(IntegrityError), told_when_taken():
            cursor.execute("INSERT INTO thing VALUES (2, 'Oak', 0)")
        cursor.execute("DROP TABLE thing")
