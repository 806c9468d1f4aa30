"""Archives: which entries have left the database, and for which file."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0008_subject_requests")]

    operations = [
        migrations.CreateModel(
            name="Archive",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("kind", models.CharField(max_length=12)),
                ("month", models.DateField()),
                ("part", models.IntegerField()),
                ("entries", models.IntegerField()),
                ("first_place", models.BigIntegerField()),
                ("last_place", models.BigIntegerField()),
                ("places", models.BinaryField()),
                ("writers", models.JSONField(default=dict)),
                ("entry_id", models.BigIntegerField(default=0)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("removed_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["first_place", "last_place"], name="archive_places")],
                "constraints": [
                    models.UniqueConstraint(fields=["kind", "month", "part"], name="audit_archive_part")
                ],
            },
        ),
    ]
