"""The log over the entries, what readers keep, and identifiers that can be forgotten."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.audit import triggers


def create(_apps, schema_editor):
    # SQLite made the table of identifiers anew, without its triggers.
    triggers.drop(schema_editor.connection, triggers.ENTRIES)
    triggers.create(schema_editor.connection)


def drop(_apps, schema_editor):
    triggers.drop(schema_editor.connection, triggers.LOG)


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0004_entries_found_by_subject"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("size", models.BigIntegerField(unique=True)),
                ("root", models.BinaryField(max_length=32)),
                ("frontier", models.BinaryField(max_length=2048)),
                ("note", models.TextField()),
            ],
            options={
                "verbose_name": "checkpoint",
                "verbose_name_plural": "checkpoints",
            },
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("hash", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Node",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.SmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="PersonKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("holder", models.CharField(max_length=80, unique=True)),
                ("wrapped", models.BinaryField(max_length=60)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("query", models.TextField(blank=True, max_length=2000)),
                ("shared", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SealMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("floor", models.BigIntegerField(default=0)),
                ("next_floor", models.BigIntegerField(default=0)),
                ("next_xmax", models.BigIntegerField(default=0)),
                ("whole_look_at", models.DateTimeField(null=True)),
                ("published", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="SigningKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("vkey", models.CharField(max_length=200, unique=True)),
                ("since_size", models.BigIntegerField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("handover", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Suspect",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("entry_id", models.BigIntegerField(unique=True)),
                ("found_at", models.DateTimeField(auto_now_add=True)),
                ("why", models.CharField(max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("first", models.BigIntegerField(null=True)),
                ("last", models.BigIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("sound", "Nothing was changed"),
                            ("broken", "Something was changed"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("size", models.BigIntegerField(default=0)),
                ("checked", models.BigIntegerField(default=0)),
                ("progress", models.JSONField(default=dict)),
                ("findings", models.JSONField(default=list)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="WatchItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=40)),
                ("mark", models.CharField(max_length=160, unique=True)),
                ("about", models.CharField(max_length=200)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("store_code", models.CharField(blank=True, max_length=40)),
                ("found_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("evidence", models.JSONField(default=dict)),
                ("looked_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "verbose_name": "watch item",
                "verbose_name_plural": "watch items",
                "ordering": ["-found_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="entryidentifier",
            name="holder",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="entryidentifier",
            name="kind",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="entryidentifier",
            name="salt",
            field=models.BinaryField(default=b"", max_length=16),
        ),
        migrations.AddField(
            model_name="entryidentifier",
            name="value",
            field=models.BinaryField(default=b""),
        ),
        migrations.AddIndex(
            model_name="entryidentifier",
            index=models.Index(fields=["entry"], name="entry_identifier_entry"),
        ),
        migrations.AddIndex(
            model_name="entryidentifier",
            index=models.Index(
                condition=models.Q(("holder__gt", "")), fields=["holder"], name="entry_identifier_holder"
            ),
        ),
        migrations.AddField(
            model_name="leaf",
            name="entry",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="leaf",
                to="audit.entry",
            ),
        ),
        migrations.AddConstraint(
            model_name="node",
            constraint=models.UniqueConstraint(fields=("level", "index"), name="audit_node_place"),
        ),
        migrations.AddField(
            model_name="savedview",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="verification",
            name="asked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="watchitem",
            name="looked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(fields=("owner", "name"), name="audit_view_name"),
        ),
        migrations.AddIndex(
            model_name="watchitem",
            index=models.Index(fields=["looked_at", "-id"], name="watch_open"),
        ),
        migrations.RunPython(create, drop),
    ]
