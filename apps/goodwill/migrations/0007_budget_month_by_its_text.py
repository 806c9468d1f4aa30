from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """The first rule asked a function that only Django gives to SQLite, so no other program could copy the file."""

    dependencies = [("goodwill", "0006_page_of_unknown")]
    operations = [
        migrations.RemoveConstraint("budget", "budget_of_a_whole_month"),
        migrations.AddConstraint(
            "budget",
            models.CheckConstraint(condition=Q(month__endswith="-01"), name="budget_of_a_whole_month"),
        ),
    ]
