from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0010_entry_texts")]

    operations = [
        migrations.AddField("sealmark", "key_check", models.CharField(blank=True, max_length=64)),
        migrations.AddField("verification", "at_terminal", models.BooleanField(default=False)),
    ]
