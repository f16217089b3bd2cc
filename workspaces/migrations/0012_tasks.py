"""Tasks, what they wait for, and their checklists."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import workspaces.records.models
from core.db import same_workspace


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0011_discussion"),
    ]

    operations = [
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
                ("version", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "custom",
                    models.JSONField(blank=True, db_default={}, default=dict, editable=False),
                ),
                ("title", models.CharField(max_length=200)),
                ("description", models.TextField(blank=True, max_length=20000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("in_progress", "In progress"),
                            ("blocked", "Blocked"),
                            ("done", "Done"),
                            ("dropped", "Dropped"),
                        ],
                        default="open",
                        max_length=11,
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        choices=[
                            ("urgent", "Urgent"),
                            ("high", "High"),
                            ("normal", "Normal"),
                            ("low", "Low"),
                        ],
                        default="normal",
                        max_length=6,
                    ),
                ),
                ("start_on", models.DateField(blank=True, null=True, verbose_name="starts")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due")),
                (
                    "estimate",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="How many hours it takes.",
                        max_digits=7,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="hours",
                    ),
                ),
                ("kind", models.CharField(blank=True, editable=False, max_length=60)),
                ("object_id", models.BigIntegerField(blank=True, editable=False, null=True)),
                ("done_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "import_run",
                    workspaces.records.models.WorkspaceLink(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="workspaces.importrun",
                    ),
                ),
                (
                    "team",
                    workspaces.records.models.WorkspaceLink(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="workspaces.team",
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
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["open", "in_progress", "blocked", "done", "dropped"])
                        ),
                        name="task_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("priority__in", ["urgent", "high", "normal", "low"])),
                        name="task_priority",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("start_on", None),
                            ("due_on", None),
                            ("due_on__gte", models.F("start_on")),
                            _connector="OR",
                        ),
                        name="task_starts_before_due",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", ""), ("object_id", None)),
                            models.Q(
                                models.Q(("kind", ""), _negated=True), ("object_id__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="task_about_whole",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["workspace", "assignee", "due_on"], name="task_of"),
                    models.Index(fields=["workspace", "kind", "object_id"], name="task_about"),
                    models.Index(fields=["workspace", "due_on"], name="task_due"),
                    models.Index(fields=["workspace", "title", "id"], name="task_title"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChecklistItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=300)),
                ("done", models.BooleanField(default=False)),
                ("position", models.CharField(db_collation="C", max_length=200)),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
                (
                    "task",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checklist",
                        to="workspaces.task",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["workspace", "task", "position"], name="checklistitem_in_order"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TaskDependency",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "blocked",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waits_for",
                        to="workspaces.task",
                    ),
                ),
                (
                    "blocker",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holds_up",
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
                    models.CheckConstraint(
                        condition=models.Q(("blocker", models.F("blocked")), _negated=True),
                        name="taskdependency_not_on_itself",
                    )
                ],
                "indexes": [
                    models.Index(fields=["workspace", "blocker"], name="taskdependency_blocker")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="task_in_workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="checklistitem",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="checklistitem_in_workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="taskdependency",
            constraint=models.UniqueConstraint(
                fields=("workspace", "blocked", "blocker"), name="taskdependency_once"
            ),
        ),
        same_workspace("workspaces_task", "import_run_id", "workspaces_importrun"),
        same_workspace("workspaces_task", "team_id", "workspaces_team"),
        same_workspace("workspaces_taskdependency", "blocker_id", "workspaces_task"),
        same_workspace("workspaces_taskdependency", "blocked_id", "workspaces_task"),
        same_workspace("workspaces_checklistitem", "task_id", "workspaces_task"),
    ]
