"""What people set for themselves: region of English, time zone, density of tables."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0015_stores_told_apart")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(
                choices=[
                    ("en-gb", "English (United Kingdom)"),
                    ("en-in", "English (India)"),
                    ("en-us", "English (United States)"),
                ],
                default="en-gb",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="time_zone",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="user",
            name="density",
            field=models.CharField(
                choices=[("comfortable", "Comfortable"), ("compact", "Compact")],
                default="comfortable",
                max_length=12,
            ),
        ),
    ]
