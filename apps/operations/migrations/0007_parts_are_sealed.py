from django.db import migrations

from apps.core.sealing import Sealer


def seal(apps, _schema_editor):
    """What stands there in clear is encrypted, a part at a time."""
    sealer = Sealer("console operations files")
    parts = apps.get_model("operations", "FilePart").objects
    for pk in list(parts.values_list("pk", flat=True)):
        part = parts.get(pk=pk)
        part.sealed = sealer.seal_bytes(bytes(part.sealed))
        part.save(update_fields=["sealed"])


class Migration(migrations.Migration):
    dependencies = [("operations", "0006_made_files")]

    operations = [
        migrations.RenameField("filepart", "data", "sealed"),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
