"""The fields that workspaces add to their records, and who holds a unique value."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models

import workspaces.records.models
from core.db import same_workspace

TYPES = [
    ("text", "Text"),
    ("long_text", "Long text"),
    ("number", "Number"),
    ("money", "Money"),
    ("percent", "Percentage"),
    ("day", "Day"),
    ("moment", "Day and time"),
    ("choice", "Choice"),
    ("choices", "Several choices"),
    ("person", "Person"),
    ("link", "Record"),
    ("yes_no", "Yes or no"),
    ("url", "Web address"),
    ("formula", "Formula"),
]
ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def workspace():
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name="+",
        to="workspaces.workspace",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0012_tasks"),
    ]

    operations = [
        migrations.AddField(
            model_name="workspace",
            name="fields_stamp",
            field=models.BigIntegerField(
                db_default=0,
                default=0,
                editable=False,
                help_text="Another one with every custom field.",
            ),
        ),
        migrations.CreateModel(
            name="CustomField",
            fields=[
                ("id", ID.clone()),
                (
                    "kind",
                    models.CharField(help_text="Such as products.product.", max_length=60),
                ),
                (
                    "key",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator("[a-z][a-z0-9_]{0,39}\\Z")
                        ],
                    ),
                ),
                ("label", models.CharField(max_length=80)),
                ("type", models.CharField(choices=TYPES, max_length=12)),
                ("help", models.CharField(blank=True, max_length=300)),
                ("order", models.PositiveIntegerField(default=0)),
                ("required", models.BooleanField(default=False)),
                ("unique", models.BooleanField(default=False)),
                ("default", models.JSONField(blank=True, null=True)),
                ("options", models.JSONField(blank=True, default=list)),
                ("roles", models.JSONField(blank=True, default=list)),
                (
                    "to",
                    models.CharField(
                        blank=True, help_text="The kind a record link leads to.", max_length=60
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=20)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("formula", models.TextField(blank=True, max_length=2000)),
                ("retired_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True, db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(db_default=1, default=1, editable=False),
                ),
                ("workspace", workspace()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("type__in", [value for value, _ in TYPES])),
                        name="customfield_type",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z][a-z0-9_]{0,39}$")),
                        name="customfield_key",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomUnique",
            fields=[
                ("id", ID.clone()),
                ("value_hash", models.CharField(max_length=64)),
                ("object_id", models.BigIntegerField()),
                (
                    "field",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.customfield",
                    ),
                ),
                ("workspace", workspace()),
            ],
        ),
        migrations.AddConstraint(
            model_name="customfield",
            constraint=models.UniqueConstraint(
                fields=("workspace", "kind", "key"), name="customfield_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="customfield",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="customfield_in_workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="customunique",
            constraint=models.UniqueConstraint(
                fields=("workspace", "field", "value_hash"), name="customunique_value_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="customunique",
            constraint=models.UniqueConstraint(
                fields=("workspace", "field", "object_id"), name="customunique_record_once"
            ),
        ),
        same_workspace("workspaces_customunique", "field_id", "workspaces_customfield"),
    ]
