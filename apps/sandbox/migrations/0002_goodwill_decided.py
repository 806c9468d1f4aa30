import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sandbox", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="goodwillrequest",
            name="approval_type",
            field=models.CharField(default="CONFIG_DISABLED", max_length=20),
        ),
        migrations.AddField(
            model_name="goodwillrequest",
            name="coupon",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="goodwill",
                to="sandbox.coupon",
            ),
        ),
        migrations.AddField(
            model_name="goodwillrequest",
            name="credit_due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="goodwillrequest",
            name="credited_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="goodwillrequest",
            name="series_id",
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name="goodwillrequest",
            name="updated_by",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="goodwillrequest",
            name="updated_ip",
            field=models.CharField(blank=True, max_length=45),
        ),
        migrations.AlterField(
            model_name="goodwillrequest",
            name="comments",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="goodwillrequest",
            name="reason",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="goodwillrequest",
            name="updated_comments",
            field=models.TextField(blank=True),
        ),
        migrations.AddIndex(
            model_name="goodwillrequest",
            index=models.Index(fields=["status", "id"], name="requests_by_status"),
        ),
        migrations.AddIndex(
            model_name="goodwillrequest",
            index=models.Index(
                condition=models.Q(("credit_due_at__isnull", False)),
                fields=["credit_due_at"],
                name="credits_to_come",
            ),
        ),
    ]
