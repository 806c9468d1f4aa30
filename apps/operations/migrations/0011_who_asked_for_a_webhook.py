from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("operations", "0010_webhooks")]

    operations = [
        migrations.AddField(
            model_name="endpoint",
            name="asked_by_name",
            field=models.CharField(blank=True, default="", max_length=120),
        ),
    ]
