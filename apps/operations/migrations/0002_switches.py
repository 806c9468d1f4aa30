import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0001_heartbeats_and_leases"),
        ("staff", "0001_people_and_stores"),
    ]
    operations = [
        migrations.CreateModel(
            name="Switch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("act", models.CharField(max_length=20)),
                ("off", models.BooleanField(default=False)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("by_name", models.CharField(blank=True, max_length=120)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "store",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="staff.store",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "switches",
                "constraints": [models.UniqueConstraint("act", Coalesce("store", 0), name="act_switch_once")],
            },
        ),
    ]
