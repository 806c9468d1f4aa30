"""What somebody said of a likely duplicate stays with the request."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("goodwill", "0007_budget_month_by_its_text")]

    operations = [
        migrations.AddField(
            model_name="goodwillrequest",
            name="different_matter",
            field=models.BooleanField(default=False),
        ),
    ]
