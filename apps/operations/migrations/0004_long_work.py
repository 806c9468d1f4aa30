import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import apps.operations.acts.rows


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0003_notices"),
        ("staff", "0002_mobile_digest"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("size", models.BigIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("media_type", models.CharField(blank=True, max_length=100)),
                ("encoding", models.CharField(blank=True, max_length=20)),
                ("separator", models.CharField(blank=True, max_length=4)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Operation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        default=apps.operations.acts.rows.new_reference, max_length=26, unique=True
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=200)),
                ("parameters", models.JSONField(blank=True, default=dict)),
                ("columns", models.JSONField(blank=True, default=list)),
                ("file_sha256", models.CharField(blank=True, max_length=64)),
                ("requester_name", models.CharField(max_length=120)),
                ("requester_role", models.CharField(blank=True, max_length=60)),
                ("actor", models.JSONField(default=dict)),
                ("correlation", models.CharField(blank=True, max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reading", "Being read"),
                            ("unreadable", "Cannot be read"),
                            ("checking", "Dry run"),
                            ("checked", "Checked"),
                            ("waiting", "Waiting for approval"),
                            ("rejected", "Rejected"),
                            ("ready", "Ready to run"),
                            ("running", "Running"),
                            ("paused", "Paused"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="reading",
                        max_length=12,
                    ),
                ),
                ("pause_wanted", models.BooleanField(default=False)),
                ("cancel_wanted", models.BooleanField(default=False)),
                ("stopped_by_name", models.CharField(blank=True, max_length=120)),
                ("stop_after_errors", models.PositiveIntegerField(blank=True, null=True)),
                ("stop_at", models.PositiveIntegerField(blank=True, null=True)),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("totals", models.JSONField(blank=True, default=dict)),
                ("counts", models.JSONField(blank=True, default=dict)),
                ("why", models.JSONField(blank=True, default=list)),
                ("fingerprint", models.CharField(blank=True, max_length=64)),
                ("approved_name", models.CharField(blank=True, max_length=120)),
                ("approved_at", models.DateTimeField(null=True)),
                ("approved_sha256", models.CharField(blank=True, max_length=64)),
                ("approved_fingerprint", models.CharField(blank=True, max_length=64)),
                ("decision_words", models.CharField(blank=True, max_length=300)),
                ("taken", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("checked_at", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("emptied_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "rerun_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reruns",
                        to="operations.operation",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.store",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="operations",
                        to="operations.storedfile",
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="operations.storedfile",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FilePart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("data", models.BinaryField()),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="operations.storedfile"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("words", models.CharField(max_length=300)),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="operations.operation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["operation", "-id"], name="line_newest")],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row", models.PositiveIntegerField()),
                ("input_sealed", models.TextField(blank=True)),
                ("digest", models.BinaryField(null=True)),
                ("customer_id", models.BigIntegerField(null=True)),
                ("mask", models.CharField(blank=True, max_length=80)),
                ("store_code", models.CharField(blank=True, max_length=40)),
                ("points", models.DecimalField(decimal_places=3, max_digits=18, null=True)),
                ("money", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ("problems", models.JSONField(blank=True, default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "Not checked yet"),
                            ("bad", "Left out"),
                            ("ready", "Ready"),
                            ("going", "Being done"),
                            ("done", "Done"),
                            ("not_done", "Not done"),
                            ("unknown", "Not known yet"),
                            ("skipped", "Skipped"),
                        ],
                        default="new",
                        max_length=8,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=300)),
                ("code", models.CharField(blank=True, max_length=20)),
                ("act_reference", models.CharField(blank=True, max_length=40)),
                ("output", models.JSONField(blank=True, default=dict)),
                ("output_sealed", models.TextField(blank=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("token", models.UUIDField()),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("looks", models.PositiveSmallIntegerField(default=0)),
                ("look_at", models.DateTimeField(null=True)),
                ("given_back", models.BooleanField(default=False)),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="operations.operation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["operation", "state", "row"], name="item_by_state"),
                    models.Index(
                        condition=models.Q(("digest__isnull", False)),
                        fields=["digest"],
                        name="item_by_meaning",
                    ),
                    models.Index(
                        condition=models.Q(("state", "unknown")), fields=["look_at"], name="item_not_known"
                    ),
                    models.Index(
                        condition=models.Q(("ended_at__isnull", False)),
                        fields=["operation", "-ended_at"],
                        name="item_last_ended",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("operation", "row"), name="item_once")],
            },
        ),
        migrations.CreateModel(
            name="Chunk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("read", "Reading"),
                            ("check", "Dry run"),
                            ("sum", "Summing up"),
                            ("run", "Run"),
                        ],
                        max_length=6,
                    ),
                ),
                ("first_row", models.PositiveIntegerField()),
                ("last_row", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("claimed", "Being worked on"),
                            ("done", "Done"),
                            ("parked", "Parked"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("owner", models.CharField(blank=True, max_length=26)),
                ("lease_until", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("error", models.CharField(blank=True, max_length=200)),
                ("fingerprint", models.CharField(blank=True, max_length=64)),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chunks",
                        to="operations.operation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "done"), _negated=True),
                        fields=["operation", "number"],
                        name="chunk_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("operation", "phase", "number"), name="chunk_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("lease_until__isnull", False),
                                ("state", "claimed"),
                                models.Q(("owner", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "claimed"), _negated=True),
                                ("lease_until", None),
                                ("owner", ""),
                            ),
                            _connector="OR",
                        ),
                        name="chunk_claimed_with_lease",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="operation",
            index=models.Index(fields=["state", "-id"], name="operation_by_state"),
        ),
        migrations.AddIndex(
            model_name="operation",
            index=models.Index(fields=["kind", "-id"], name="operation_by_kind"),
        ),
        migrations.AddIndex(
            model_name="operation",
            index=models.Index(fields=["requested_by", "-id"], name="operation_by_person"),
        ),
        migrations.AddIndex(
            model_name="operation",
            index=models.Index(fields=["store", "-id"], name="operation_by_store"),
        ),
        migrations.AddIndex(
            model_name="operation",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ("unreadable", "rejected", "done", "cancelled")), _negated=True
                ),
                fields=["state"],
                name="operation_open",
            ),
        ),
        migrations.AddIndex(
            model_name="operation",
            index=models.Index(
                condition=models.Q(("emptied_at", None)), fields=["expires_at"], name="operation_expires"
            ),
        ),
        migrations.AddConstraint(
            model_name="operation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    models.Q(("approved_by", models.F("requested_by")), _negated=True),
                    _connector="OR",
                ),
                name="operation_approved_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="operation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["ready", "running", "paused", "done"]), _negated=True),
                    models.Q(("approved_fingerprint", ""), _negated=True),
                    _connector="OR",
                ),
                name="operation_runs_what_was_bound",
            ),
        ),
        migrations.AddConstraint(
            model_name="filepart",
            constraint=models.UniqueConstraint(fields=("file", "number"), name="file_part_once"),
        ),
    ]
