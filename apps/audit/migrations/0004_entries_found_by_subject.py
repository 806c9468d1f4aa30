"""What an entry is about can be searched: ``GR-10418``."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_calls_found_by_their_id")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["subject", "id"], name="entry_subject", condition=models.Q(subject__gt="")
            ),
        ),
    ]
