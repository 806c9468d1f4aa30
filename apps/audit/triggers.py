"""The triggers that make the trail append-only, on both databases."""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("audit_entry", "audit_entryidentifier")
WORDS = "The trail is append-only."

SQLITE = """
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{words}'); END;
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{words}'); END;
CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, '{words}'); END
"""

POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
POSTGRESQL = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
"""


def create(connection: BaseDatabaseWrapper) -> None:
    """Refuse UPDATE, DELETE and their disguises (TRUNCATE, INSERT OR REPLACE) from now on."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION.format(words=WORDS))
        for table in TABLES:
            for statement in _statements(connection, table):
                cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Undo `create`: for a migration backwards and for the test database."""
    with connection.cursor() as cursor:
        for table in TABLES:
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
                continue
            for end in ("no_update", "no_delete", "no_replace"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{end}")


def _statements(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    if connection.vendor == "postgresql":
        return [POSTGRESQL.format(table=table)]
    # The driver runs one statement at a time; a trigger holds a semicolon of its own.
    return [f"CREATE{one}" for one in SQLITE.format(table=table, words=WORDS).split("CREATE")[1:]]
