"""How far the watch has looked, and the name of who looked at an item, which outlives the account."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_the_log")]

    operations = [
        migrations.CreateModel(
            name="WatchMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen", models.BigIntegerField(default=0)),
                ("low", models.BigIntegerField(default=0)),
                ("counted", models.IntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name="watchitem",
            name="looked_by_name",
            field=models.CharField(blank=True, max_length=120),
        ),
    ]
