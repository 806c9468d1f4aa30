"""Apart from the move of its rows: PostgreSQL alters no table with changes of rows pending."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("goodwill", "0004_switches_moved")]
    operations = [migrations.DeleteModel("Switch")]
