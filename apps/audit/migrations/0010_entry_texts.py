"""A search over what requests and replies said."""

from django.db import DatabaseError, migrations, models, transaction

SQLITE = "CREATE VIRTUAL TABLE audit_entrytext USING fts5(text, tokenize='trigram')"
POSTGRESQL = "CREATE TABLE audit_entrytext (rowid bigint PRIMARY KEY, text text NOT NULL)"
INDEX = "CREATE INDEX entry_text_trigrams ON audit_entrytext USING gin (text gin_trgm_ops)"


def create(_apps, schema_editor):
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute(SQLITE)
            return
        cursor.execute(POSTGRESQL)
        try:
            with transaction.atomic(using=connection.alias):
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except DatabaseError:
            # The account may not add it: the search reads every row until an operator does, with the index.
            return
        cursor.execute(INDEX)


def drop(_apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DROP TABLE audit_entrytext")


class Migration(migrations.Migration):
    dependencies = [("audit", "0009_archive")]

    operations = [
        migrations.CreateModel(
            name="TextMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("next_index", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="EntryText",
                    fields=[
                        (
                            "entry_id",
                            models.BigIntegerField(db_column="rowid", primary_key=True, serialize=False),
                        ),
                        ("text", models.TextField()),
                    ],
                )
            ],
            database_operations=[migrations.RunPython(create, drop)],
        ),
    ]
