from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_notes_read_back")]
    operations = [
        migrations.AddIndex(
            "noteact",
            models.Index(fields=["-created_at"], name="note_open", condition=Q(settled_at=None)),
        ),
        migrations.AddIndex(
            "noteact",
            models.Index(fields=["-settled_at"], name="note_settled", condition=Q(checks__gt=0)),
        ),
    ]
