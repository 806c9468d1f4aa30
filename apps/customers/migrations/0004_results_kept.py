from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_page_of_unknown")]
    operations = [
        migrations.CreateModel(
            name="KeptLookup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("sealed", models.TextField()),
                ("expires_at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["expires_at"], name="kept_lookup_age")]},
        ),
    ]
