"""From here on the database itself refuses to change or remove an entry."""

from django.db import migrations

from apps.audit import triggers


def create(_apps, schema_editor):
    triggers.create(schema_editor.connection, triggers.ENTRIES)


def drop(_apps, schema_editor):
    triggers.drop(schema_editor.connection, triggers.ENTRIES)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_entries")]

    operations = [migrations.RunPython(create, drop)]
