"""How far the trail has been sent to each place outside that listens to it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_watch_mark")]

    operations = [
        migrations.CreateModel(
            name="StreamCursor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sink", models.CharField(max_length=20, unique=True)),
                ("next_place", models.BigIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                ("failing_since", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, max_length=300)),
                ("tries", models.IntegerField(default=0)),
                ("again_at", models.DateTimeField(null=True)),
                ("holder", models.CharField(blank=True, max_length=26)),
                ("held_until", models.DateTimeField(null=True)),
            ],
        ),
    ]
