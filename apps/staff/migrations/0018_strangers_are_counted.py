from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0017_signed_out_by_the_provider")]

    operations = [
        migrations.CreateModel(
            name="StrangerTries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.GenericIPAddressField()),
                ("action", models.CharField(max_length=60)),
                ("minute", models.DateTimeField(db_index=True)),
                ("count", models.PositiveIntegerField(default=0)),
                ("whom", models.JSONField(default=list)),
            ],
            options={"ordering": ["pk"]},
        ),
        migrations.AddConstraint(
            model_name="strangertries",
            constraint=models.UniqueConstraint(
                fields=("address", "action", "minute"), name="stranger_tries_once"
            ),
        ),
    ]
