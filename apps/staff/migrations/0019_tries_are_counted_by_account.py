from typing import Any

from django.db import migrations, models


def once_each(apps: Any, _schema_editor: Any) -> None:
    """What waits to be told told whom only: each was tried once at least."""
    for row in apps.get_model("staff", "StrangerTries").objects.all():
        if isinstance(row.whom, list):
            row.whom = dict.fromkeys(row.whom, 1)
            row.save(update_fields=["whom"])


def whom_only(apps: Any, _schema_editor: Any) -> None:
    for row in apps.get_model("staff", "StrangerTries").objects.all():
        row.whom = list(row.whom)
        row.save(update_fields=["whom"])


class Migration(migrations.Migration):
    dependencies = [("staff", "0018_strangers_are_counted")]

    operations = [
        migrations.AlterField(model_name="strangertries", name="whom", field=models.JSONField(default=dict)),
        migrations.RunPython(once_each, whom_only),
    ]
