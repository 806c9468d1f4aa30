from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0004_long_work"),
    ]

    operations = [
        migrations.AddField(
            model_name="chunk",
            name="held_by",
            field=models.CharField(blank=True, max_length=140),
        ),
    ]
