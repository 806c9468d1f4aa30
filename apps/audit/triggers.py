"""The triggers that make the trail append-only, on both databases."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection as default_connection
from django.db.backends.base.base import BaseDatabaseWrapper

# The tables of the first migration; the log's own came later.
ENTRIES = ("audit_entry", "audit_entryidentifier")
LOG = ("audit_leaf", "audit_node", "audit_checkpoint")
TABLES = (*ENTRIES, *LOG)
WORDS = "The trail is append-only."

SQLITE = """
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{words}'); END;
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{words}'); END;
CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) BEGIN SELECT RAISE(ABORT, '{words}'); END
"""

# Retention and erasure name the one table they delete from, for their own transaction only.
POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP = 'DELETE' AND current_setting('console.trail_delete', true) = TG_TABLE_NAME THEN RETURN NULL; END IF;
RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
POSTGRESQL = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
"""


def create(connection: BaseDatabaseWrapper, tables: Sequence[str] = TABLES) -> None:
    """Refuse UPDATE, DELETE and their disguises (TRUNCATE, INSERT OR REPLACE) from now on."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION.format(words=WORDS))
        for table in tables:
            for statement in _statements(connection, table):
                cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper, tables: Sequence[str] = TABLES) -> None:
    """Undo `create`: for a migration backwards and for the test database."""
    with connection.cursor() as cursor:
        for table in tables:
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
                continue
            for end in ("no_update", "no_delete", "no_replace"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{end}")


@contextmanager
def deletable(table: str) -> Iterator[None]:
    """Rows of this table may be deleted inside, by this transaction alone; it must have begun already.

    What is done here must itself be an entry: it is for retention and for forgetting a person, nothing else.
    """
    if not default_connection.in_atomic_block:
        raise RuntimeError("Deleting from the trail needs a transaction around it.")
    with default_connection.cursor() as cursor:
        if default_connection.vendor == "postgresql":
            cursor.execute("SELECT set_config('console.trail_delete', %s, true)", [table])
            yield
            cursor.execute("SELECT set_config('console.trail_delete', '', true)")
            return
        # SQLite has one writer, so nobody else can write while the trigger is away; a rollback brings it back.
        cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_delete")
        yield
        _no_update, no_delete, _no_replace = _statements(default_connection, table)
        cursor.execute(no_delete)


def _statements(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    if connection.vendor == "postgresql":
        return [POSTGRESQL.format(table=table)]
    # The driver runs one statement at a time; a trigger holds a semicolon of its own.
    key = '"index"' if table == "audit_leaf" else "id"
    return [f"CREATE{one}" for one in SQLITE.format(table=table, words=WORDS, key=key).split("CREATE")[1:]]
