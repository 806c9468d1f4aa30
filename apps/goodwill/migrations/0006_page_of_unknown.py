from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("goodwill", "0005_no_switch_of_its_own")]
    operations = [
        migrations.AddIndex(
            "outsideact",
            models.Index(fields=["-started_at"], name="goodwill_acts_open", condition=Q(settled_at=None)),
        ),
        migrations.AddIndex(
            "outsideact",
            models.Index(fields=["-settled_at"], name="goodwill_acts_settled", condition=Q(looks__gt=0)),
        ),
    ]
