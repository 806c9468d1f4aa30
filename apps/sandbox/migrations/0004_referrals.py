import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sandbox", "0003_redeeming"),
    ]

    operations = [
        migrations.AlterField(
            model_name="customer",
            name="referral_code",
            field=models.CharField(db_index=True, max_length=20),
        ),
        migrations.AddField(
            model_name="referral",
            name="campaign_token",
            field=models.CharField(default="MAPLEFRIENDS", max_length=40),
        ),
        migrations.AddField(
            model_name="referral",
            name="key",
            field=models.CharField(blank=True, max_length=200, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="referral",
            name="local_id",
            field=models.CharField(blank=True, max_length=40, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="referral",
            name="bought_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="referral",
            name="rewarded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="referral",
            name="hidden",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="referral",
            name="referrer_coupon",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="sandbox.coupon",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="referee_coupon",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="sandbox.coupon",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["referrer", "campaign_token", "key"], name="invited_by_customer"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["key"], name="invitations_of_somebody"),
        ),
        migrations.CreateModel(
            name="ReferralCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("campaign_token", models.CharField(max_length=40)),
                ("code", models.CharField(max_length=20, unique=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="referral_codes",
                        to="sandbox.customer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("customer", "campaign_token"), name="one_code_per_campaign"
                    )
                ],
            },
        ),
    ]
