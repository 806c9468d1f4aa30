from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0016_preferences")]

    operations = [
        migrations.AddField(
            model_name="opensession",
            name="at_provider",
            field=models.CharField(blank=True, db_index=True, default="", max_length=64),
        ),
        migrations.CreateModel(
            name="HeardLogout",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("until", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AlterField(
            model_name="letter",
            name="kind",
            field=models.CharField(
                choices=[
                    ("new_browser", "Signed in from a new browser"),
                    ("password_changed", "The password was changed"),
                    ("reset_asked", "Somebody asks for a new password"),
                    ("notice", "Something needs a look"),
                ],
                max_length=20,
            ),
        ),
    ]
