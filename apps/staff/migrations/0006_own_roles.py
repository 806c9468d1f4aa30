import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0005_second_factors"),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomRole",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(editable=False, max_length=40, unique=True)),
                ("title", models.CharField(max_length=40)),
                ("permissions", models.JSONField(default=list)),
                ("everywhere", models.BooleanField(default=False)),
                ("made_by_name", models.CharField(blank=True, max_length=120)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("retired_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["title", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("title"), name="custom_role_title_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code__startswith", "own-")), name="custom_role_code_own"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="custom_role_is_named"
                    ),
                ],
            },
        ),
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(max_length=40),
        ),
        migrations.AddField(
            model_name="membership",
            name="custom",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="memberships",
                to="staff.customrole",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="given_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="given_by_name",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="membership",
            name="given_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("custom", None), ("role__startswith", "own-"), _connector="XOR"),
                name="membership_own_role_has_its_row",
            ),
        ),
    ]
