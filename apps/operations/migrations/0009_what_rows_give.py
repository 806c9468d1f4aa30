from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("operations", "0008_no_result_beside_the_made_files")]
    operations = [migrations.AddField("item", "gives", models.CharField(blank=True, max_length=200))]
