"""Meetings, their agendas and outcomes, and addresses for calendar programs."""

import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import workspaces.members.models
import workspaces.records.models
from core.db import same_workspace


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0019_approvals"),
    ]

    operations = [
        migrations.CreateModel(
            name="Meeting",
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
                ("starts_at", models.DateTimeField(verbose_name="starts")),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=60,
                        help_text="How long it takes, in minutes.",
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(1440),
                        ],
                    ),
                ),
                (
                    "zone",
                    models.CharField(
                        max_length=64,
                        validators=[workspaces.members.models.validate_zone],
                        verbose_name="time zone",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=200)),
                (
                    "link",
                    models.URLField(
                        blank=True, help_text="Where to join it online.", max_length=500
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("in_progress", "In progress"),
                            ("closed", "Closed"),
                            ("followed_up", "Followed up"),
                        ],
                        default="open",
                        max_length=11,
                    ),
                ),
                ("notes", models.TextField(blank=True, max_length=50000)),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("slot", models.DateTimeField(blank=True, editable=False, null=True)),
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
                            ("state__in", ["open", "in_progress", "closed", "followed_up"])
                        ),
                        name="meeting_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__range", (5, 1440))), name="meeting_minutes"
                    ),
                ],
                "indexes": [
                    models.Index(fields=["workspace", "starts_at", "id"], name="meeting_when"),
                    models.Index(fields=["workspace", "title", "id"], name="meeting_title"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgendaItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.CharField(db_collation="C", max_length=200)),
                ("title", models.CharField(max_length=200)),
                ("minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("notes", models.TextField(blank=True, max_length=10000)),
                ("kind", models.CharField(blank=True, max_length=60)),
                ("object_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                (
                    "meeting",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agenda",
                        to="workspaces.meeting",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", ""), ("object_id", None)),
                            models.Q(
                                models.Q(("kind", ""), _negated=True), ("object_id__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="agendaitem_about_whole",
                    )
                ],
                "indexes": [
                    models.Index(fields=["workspace", "meeting", "position"], name="agenda_order")
                ],
            },
        ),
        migrations.CreateModel(
            name="MeetingSeries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "starts_at",
                    models.DateTimeField(
                        help_text="When the first one starts.", verbose_name="first"
                    ),
                ),
                (
                    "zone",
                    models.CharField(
                        max_length=64, validators=[workspaces.members.models.validate_zone]
                    ),
                ),
                (
                    "repeats",
                    models.CharField(
                        choices=[
                            ("daily", "Every day"),
                            ("weekly", "Every week"),
                            ("monthly", "Every month"),
                        ],
                        max_length=7,
                    ),
                ),
                ("every", models.PositiveSmallIntegerField(default=1)),
                ("count", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("until_on", models.DateField(blank=True, null=True)),
                ("sequence", models.PositiveIntegerField(default=0)),
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
                        condition=models.Q(("repeats__in", ["daily", "weekly", "monthly"])),
                        name="meetingseries_repeats",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("every__gt", 0)), name="meetingseries_every"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="meeting",
            name="series",
            field=workspaces.records.models.WorkspaceLink(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="workspaces.meetingseries",
            ),
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "type",
                    models.CharField(
                        choices=[("decision", "Decision"), ("task", "Task")], max_length=8
                    ),
                ),
                ("text", models.CharField(max_length=500)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "item",
                    workspaces.records.models.WorkspaceLink(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="workspaces.agendaitem",
                    ),
                ),
                (
                    "meeting",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outcomes",
                        to="workspaces.meeting",
                    ),
                ),
                (
                    "task",
                    workspaces.records.models.WorkspaceLink(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
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
                    models.CheckConstraint(
                        condition=models.Q(("type__in", ["decision", "task"])), name="outcome_type"
                    )
                ],
                "indexes": [models.Index(fields=["workspace", "meeting"], name="outcome_of")],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "mine_only",
                    models.BooleanField(default=False, help_text="Only what is the member's own."),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("read_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    models.UniqueConstraint(fields=("workspace", "user"), name="calendarfeed_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254)),
                (
                    "team",
                    workspaces.records.models.WorkspaceLink(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.team",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                (
                    "meeting",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendees",
                        to="workspaces.meeting",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("email", ""), ("team", None), ("user__isnull", False)),
                            models.Q(("email", ""), ("team__isnull", False), ("user", None)),
                            models.Q(
                                ("team", None),
                                ("user", None),
                                models.Q(("email", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="attendee_is_one",
                    ),
                    models.UniqueConstraint(
                        fields=("workspace", "meeting", "user", "team", "email"),
                        name="attendee_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="agendaitem_in_workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingseries",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="meetingseries_in_workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="meeting_in_workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.UniqueConstraint(
                fields=("workspace", "series", "slot"), name="meeting_of_series_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="outcome_in_workspace"
            ),
        ),
        same_workspace("workspaces_meeting", "import_run_id", "workspaces_importrun"),
        same_workspace("workspaces_meeting", "series_id", "workspaces_meetingseries"),
        same_workspace("workspaces_attendee", "meeting_id", "workspaces_meeting"),
        same_workspace("workspaces_attendee", "team_id", "workspaces_team"),
        same_workspace("workspaces_agendaitem", "meeting_id", "workspaces_meeting"),
        same_workspace("workspaces_outcome", "meeting_id", "workspaces_meeting"),
        same_workspace("workspaces_outcome", "item_id", "workspaces_agendaitem"),
        same_workspace("workspaces_outcome", "task_id", "workspaces_task"),
    ]
