import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_notes_marked_as_sent"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OpenedForReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("session", models.CharField(max_length=16)),
                ("customer_id", models.BigIntegerField()),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["expires_at"], name="opened_for_reason_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "session", "customer_id"), name="opened_for_reason_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("session", ""), _negated=True), name="opened_in_a_sign_in"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProtectedCustomer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("customer_id", models.BigIntegerField()),
                ("kind", models.CharField(choices=[("staff", "Staff"), ("vip", "VIP")], max_length=8)),
                ("reason", models.CharField(max_length=300)),
                ("marked_by_name", models.CharField(max_length=120)),
                ("marked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_by_name", models.CharField(blank=True, max_length=120)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_reason", models.CharField(blank=True, max_length=300)),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "marked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["customer_id"], name="protected_customer"),
                    models.Index(fields=["ended_at", "marked_at"], name="protected_when"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("customer_id",),
                        name="customer_protected_once",
                    )
                ],
            },
        ),
    ]
