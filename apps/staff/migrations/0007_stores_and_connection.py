"""Stores can be closed, have a till sign-in of their own, and the set-up of the connection is checked."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    # Two others were made at the same time: this one joins them.
    dependencies = [("staff", "0006_own_roles"), ("staff", "0006_programs")]

    operations = [
        migrations.AddField(
            model_name="store",
            name="closed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="store",
            name="closed_by",
            field=models.CharField(blank=True, editable=False, max_length=120, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="store",
            name="closed_reason",
            field=models.CharField(blank=True, editable=False, max_length=300, default=""),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="ConnectionCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by_name", models.CharField(max_length=120)),
                ("reference", models.CharField(blank=True, max_length=40)),
                ("took_ms", models.PositiveIntegerField()),
                ("findings", models.JSONField(default=list)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ["-pk"]},
        ),
        migrations.CreateModel(
            name="TillCredentials",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sealed", models.TextField()),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("given_by", models.CharField(max_length=120)),
                ("tested_at", models.DateTimeField(null=True)),
                ("tested_by", models.CharField(blank=True, max_length=120)),
                (
                    "tested_outcome",
                    models.CharField(
                        blank=True,
                        choices=[("done", "Done"), ("not_done", "Not Done"), ("unknown", "Unknown")],
                        max_length=10,
                    ),
                ),
                ("tested_words", models.CharField(blank=True, max_length=500)),
                ("tested_code", models.CharField(blank=True, max_length=20)),
                ("tested_request_id", models.CharField(blank=True, max_length=80)),
                (
                    "store",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="till_credentials",
                        to="staff.store",
                    ),
                ),
            ],
        ),
    ]
