"""No two stores have one external id, or two spellings of one code: calls of both would be counted as one's."""

from django.core.management.base import CommandError
from django.db import migrations, models
from django.db.models import Count
from django.db.models.functions import Lower

EXTERNAL_IDS = ("external_id", "external_id_1", "external_id_2")


def name_those_alike(apps, _editor):
    """Say which stores have to be corrected first, instead of an error of the database."""
    store, found = apps.get_model("staff", "Store"), []
    for name in ("code", *EXTERNAL_IDS):
        rows = store.objects.exclude(**{name: ""}).annotate(
            spelled=Lower(name) if name == "code" else models.F(name)
        )
        alike = rows.order_by().values("spelled").annotate(stores=Count("pk")).filter(stores__gt=1)
        for spelled in sorted(alike.values_list("spelled", flat=True)):
            stores = rows.filter(spelled=spelled).order_by("code", "pk")
            codes = [f"{one.code} (closed)" if one.closed_at else one.code for one in stores]
            found.append(f"{name} {spelled}: {', '.join(codes)}")
    if found:
        raise CommandError(
            "Several stores have one code or external id. Their codes:\n\n"
            + "\n".join(f"    {line}" for line in found)
            + "\n\nWith the version before this one, change all but one of each on the stores' pages, then migrate "
            "again. One that is closed is reopened there, changed, and closed again."
        )


class Migration(migrations.Migration):
    dependencies = [("staff", "0014_ended_changes_are_told")]

    operations = [
        migrations.RunPython(name_those_alike, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="store", name="store_code_once"),
        migrations.AddConstraint(
            model_name="store", constraint=models.UniqueConstraint(Lower("code"), name="store_code_once")
        ),
        *(
            migrations.AddConstraint(
                model_name="store",
                constraint=models.UniqueConstraint(
                    fields=[name], name=f"store_{name}_once", condition=~models.Q(**{name: ""})
                ),
            )
            for name in EXTERNAL_IDS
        ),
    ]
