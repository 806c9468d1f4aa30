import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sandbox", "0002_goodwill_decided"),
    ]

    operations = [
        migrations.AddField(
            model_name="ledgerentry",
            name="reversal",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="ledger",
                to="sandbox.reversal",
            ),
        ),
        migrations.AddField(
            model_name="redemption",
            name="booked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="redemption",
            name="mode",
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name="redemption",
            name="purpose",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.CreateModel(
            name="OneTimeCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("points", models.CharField(blank=True, max_length=20)),
                ("issued_at", models.DateTimeField()),
                ("sent", models.IntegerField(default=0)),
                ("wrong", models.IntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="sandbox.customer",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["customer", "id"], name="codes_of_customer")],
            },
        ),
    ]
