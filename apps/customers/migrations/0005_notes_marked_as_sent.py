from django.db import migrations, models
from django.db.models import F


def they_may_have_left(apps, _schema_editor):
    """Nobody marked those of before: they count as sent, so that they are looked for."""
    apps.get_model("customers", "NoteAct").objects.filter(sent_at=None).update(sent_at=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_results_kept")]
    operations = [
        migrations.AddField("noteact", "sent_at", models.DateTimeField(null=True)),
        migrations.RunPython(they_may_have_left, migrations.RunPython.noop),
    ]
