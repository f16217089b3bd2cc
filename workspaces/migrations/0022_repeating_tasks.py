"""Tasks that come again, and which was made after which."""

import django.db.models.deletion
from django.db import migrations, models

import workspaces.records.models
from core.db import same_workspace


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0021_webhooks"),
    ]

    operations = [
        migrations.AddField(
            model_name="task",
            name="repeats",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="How it comes again when it is done, such as FREQ=WEEKLY;BYDAY=MO.",
                max_length=120,
            ),
        ),
        migrations.CreateModel(
            name="Repetition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "earlier",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.task",
                    ),
                ),
                (
                    "later",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.task",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "earlier"), name="repetition_once"
                    ),
                    models.UniqueConstraint(
                        fields=("workspace", "later"), name="repetition_of_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gt", 1)), name="repetition_number"
                    ),
                ],
            },
        ),
        same_workspace("workspaces_repetition", "earlier_id", "workspaces_task"),
        same_workspace("workspaces_repetition", "later_id", "workspaces_task"),
    ]
