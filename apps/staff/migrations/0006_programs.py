"""Accounts of programs, and what programs asked under which Idempotency-Key."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0005_second_factors")]

    operations = [
        migrations.AddField(
            "user",
            "kind",
            models.CharField(
                choices=[("person", "Person"), ("service", "Program")],
                default="person",
                editable=False,
                max_length=8,
            ),
        ),
        migrations.AddField(
            "user",
            "responsible",
            models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="services",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            "apikey",
            "service",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="api_keys",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            "user",
            models.CheckConstraint(
                condition=models.Q(("kind", "person"), ("responsible", None))
                | models.Q(("kind", "service"), ("responsible__isnull", False)),
                name="user_service_has_somebody_responsible",
            ),
        ),
        migrations.CreateModel(
            name="ApiAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=255)),
                ("asked", models.CharField(max_length=64)),
                ("token", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("going", "Going on"), ("done", "Answered")], default="going", max_length=8
                    ),
                ),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("location", models.CharField(blank=True, max_length=200)),
                ("answer", models.TextField(blank=True)),
                ("made_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ("begun_at", models.DateTimeField(default=django.utils.timezone.now, null=True)),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="acts", to="staff.apikey"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("key", "text"), name="api_act_once")],
            },
        ),
    ]
