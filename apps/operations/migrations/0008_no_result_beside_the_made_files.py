from django.db import migrations


class Migration(migrations.Migration):
    """Files an operation makes point to it; nothing ever stood in this column."""

    dependencies = [("operations", "0007_parts_are_sealed")]
    operations = [migrations.RemoveField("operation", "result")]
