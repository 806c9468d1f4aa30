from django.db import migrations, models
from django.db.models import F


def they_may_have_left(apps, _schema_editor):
    """Nobody noted it for the acts of before: they count as sent, so that they are looked for."""
    apps.get_model("goodwill", "OutsideAct").objects.filter(sent_at=None).update(sent_at=F("started_at"))


class Migration(migrations.Migration):
    dependencies = [("goodwill", "0002_outside_number")]
    operations = [
        migrations.AddField("outsideact", "sent_at", models.DateTimeField(null=True)),
        migrations.RunPython(they_may_have_left, migrations.RunPython.noop),
    ]
