"""The off switch is one for all acts now: goodwill's rows move to operations."""

from django.db import migrations

FIELDS = ("store_id", "off", "reason", "by_name", "at")


def move(apps, _schema_editor):
    """Every row under the code of goodwill; one that is there already stays as it is."""
    old, new = apps.get_model("goodwill", "Switch"), apps.get_model("operations", "Switch")
    there = set(new.objects.filter(act="goodwill").values_list("store_id", flat=True))
    new.objects.bulk_create(
        new(act="goodwill", **row) for row in old.objects.values(*FIELDS) if row["store_id"] not in there
    )


def move_back(apps, _schema_editor):
    """The same rows in the old place; the new table keeps its own until it goes."""
    old, new = apps.get_model("goodwill", "Switch"), apps.get_model("operations", "Switch")
    old.objects.bulk_create(old(**row) for row in new.objects.filter(act="goodwill").values(*FIELDS))


class Migration(migrations.Migration):
    dependencies = [("goodwill", "0003_acts_marked_as_sent"), ("operations", "0002_switches")]
    operations = [migrations.RunPython(move, move_back)]
