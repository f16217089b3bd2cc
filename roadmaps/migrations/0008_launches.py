"""Launches, their specification and readiness."""

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import workspaces.records.models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0012_sources"),
        ("products", "0005_find_trash"),
        ("roadmaps", "0007_sharing"),
        ("workspaces", "0026_guests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Launch",
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
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("plan", "Plan"),
                            ("build", "Build"),
                            ("verify", "Verify"),
                            ("go_no_go", "Go / no-go"),
                            ("scheduled", "Scheduled"),
                            ("launched", "Launched"),
                            ("monitor", "Monitor"),
                            ("reviewed", "Reviewed"),
                            ("paused", "Paused"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="plan",
                        max_length=9,
                    ),
                ),
                ("planned_on", models.DateField(verbose_name="planned for")),
                (
                    "tier",
                    models.CharField(
                        choices=[("1", "Tier 1"), ("2", "Tier 2"), ("3", "Tier 3")],
                        default="2",
                        editable=False,
                        max_length=1,
                    ),
                ),
                ("points", models.JSONField(blank=True, default=dict, editable=False)),
                ("brief", models.TextField(blank=True, max_length=20000)),
                ("launched_on", models.DateField(blank=True, editable=False, null=True)),
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
                    models.UniqueConstraint(fields=("workspace", "id"), name="launch_in_workspace"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "plan",
                                    "build",
                                    "verify",
                                    "go_no_go",
                                    "scheduled",
                                    "launched",
                                    "monitor",
                                    "reviewed",
                                    "paused",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="launch_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tier__in", ["1", "2", "3"])), name="launch_tier"
                    ),
                ],
                "indexes": [
                    models.Index(fields=["workspace", "title", "id"], name="launch_by_title"),
                    models.Index(fields=["workspace", "planned_on", "id"], name="launch_by_day"),
                    models.Index(
                        fields=["workspace", "state", "planned_on"], name="launch_by_state"
                    ),
                ],
                "verbose_name_plural": "launches",
            },
        ),
        migrations.CreateModel(
            name="LaunchTask",
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
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("plan", "Plan"),
                            ("build", "Build"),
                            ("verify", "Verify"),
                            ("go_no_go", "Go / no-go"),
                            ("scheduled", "Scheduled"),
                            ("launched", "Launched"),
                            ("monitor", "Monitor"),
                            ("reviewed", "Reviewed"),
                        ],
                        default="build",
                        max_length=9,
                    ),
                ),
                (
                    "lane",
                    models.CharField(
                        choices=[
                            ("product", "Product"),
                            ("before", "Marketing before"),
                            ("during", "Marketing during"),
                            ("after", "Marketing after"),
                        ],
                        default="product",
                        max_length=7,
                    ),
                ),
                (
                    "day",
                    models.SmallIntegerField(
                        default=0,
                        help_text="Working days from the launch: -30, 0, 30.",
                        validators=[
                            django.core.validators.MinValueValidator(-730),
                            django.core.validators.MaxValueValidator(730),
                        ],
                        verbose_name="T±",
                    ),
                ),
                (
                    "low",
                    models.DecimalField(
                        decimal_places=1,
                        default=1,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("500")),
                        ],
                        verbose_name="days at best",
                    ),
                ),
                (
                    "likely",
                    models.DecimalField(
                        decimal_places=1,
                        default=1,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("500")),
                        ],
                        verbose_name="days likely",
                    ),
                ),
                (
                    "high",
                    models.DecimalField(
                        decimal_places=1,
                        default=1,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("500")),
                        ],
                        verbose_name="days at worst",
                    ),
                ),
                ("key", models.CharField(blank=True, editable=False, max_length=40)),
                ("due_on", models.DateField(editable=False, verbose_name="due")),
                ("started_on", models.DateField(blank=True, null=True, verbose_name="started")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="done")),
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
                    "launch",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="roadmaps.launch",
                    ),
                ),
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "id"), name="launchtask_in_workspace"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("key", ""), _negated=True), ("deleted_at", None)
                        ),
                        fields=("workspace", "launch", "key"),
                        name="launchtask_of_template_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("started_on", None),
                            ("done_on", None),
                            ("done_on__gte", models.F("started_on")),
                            _connector="OR",
                        ),
                        name="launchtask_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lane__in", ["product", "before", "during", "after"])),
                        name="launchtask_lane",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "phase__in",
                                [
                                    "plan",
                                    "build",
                                    "verify",
                                    "go_no_go",
                                    "scheduled",
                                    "launched",
                                    "monitor",
                                    "reviewed",
                                ],
                            )
                        ),
                        name="launchtask_phase",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("high__gte", models.F("likely")),
                            ("likely__gte", models.F("low")),
                            ("low__gte", 0),
                        ),
                        name="launchtask_in_order",
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["workspace", "launch", "due_on"], name="launchtask_of_launch"
                    ),
                    models.Index(fields=["workspace", "title", "id"], name="launchtask_title"),
                    models.Index(fields=["workspace", "key", "done_on"], name="launchtask_history"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LaunchTemplate",
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
                ("name", models.CharField(max_length=120)),
                (
                    "tier",
                    models.CharField(
                        choices=[("1", "Tier 1"), ("2", "Tier 2"), ("3", "Tier 3")],
                        default="2",
                        max_length=1,
                    ),
                ),
                ("description", models.TextField(blank=True, max_length=5000)),
                (
                    "category",
                    workspaces.records.models.WorkspaceLink(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="products.category",
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
                    "market",
                    workspaces.records.models.WorkspaceLink(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="products.market",
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
                        fields=("workspace", "id"), name="launchtemplate_in_workspace"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tier__in", ["1", "2", "3"])),
                        name="launchtemplate_tier",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["workspace", "name", "id"], name="launchtemplate_name")
                ],
            },
        ),
        migrations.AddField(
            model_name="launch",
            name="template",
            field=workspaces.records.models.WorkspaceLink(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="roadmaps.launchtemplate",
            ),
        ),
        migrations.CreateModel(
            name="ManualScore",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("area", models.CharField(max_length=40)),
                ("done", models.DecimalField(decimal_places=4, max_digits=5)),
                ("reason", models.CharField(max_length=500)),
                ("set_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "launch",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="manual_scores",
                        to="roadmaps.launch",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "id"), name="manualscore_in_workspace"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("workspace", "launch", "area"),
                        name="manualscore_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("done__range", (0, 1))), name="manualscore_share"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="manualscore_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Readiness",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("score", models.DecimalField(decimal_places=2, max_digits=5)),
                (
                    "before",
                    models.DecimalField(
                        decimal_places=2, help_text="The score a week ago.", max_digits=5, null=True
                    ),
                ),
                ("red", models.PositiveIntegerField(default=0)),
                ("ready_on", models.DateField(null=True)),
                ("early_on", models.DateField(null=True)),
                ("late_on", models.DateField(null=True)),
                ("sure_on", models.DateField(help_text="Ready by then with 85 %.", null=True)),
                ("chance", models.DecimalField(decimal_places=4, max_digits=5, null=True)),
                ("actions", models.JSONField(default=list)),
                (
                    "network",
                    models.CharField(help_text="What the forecast was drawn from.", max_length=64),
                ),
                ("checked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "launch",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readiness",
                        to="roadmaps.launch",
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
                    models.UniqueConstraint(fields=("workspace", "launch"), name="readiness_once"),
                    models.UniqueConstraint(
                        fields=("workspace", "id"), name="readiness_in_workspace"
                    ),
                ],
                "indexes": [models.Index(fields=["workspace", "score"], name="readiness_by_score")],
            },
        ),
        migrations.CreateModel(
            name="ReadinessModel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[("1", "Tier 1"), ("2", "Tier 2"), ("3", "Tier 3")], max_length=1
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("weights", models.JSONField()),
                ("cap", models.DecimalField(decimal_places=2, default=Decimal("79"), max_digits=5)),
                (
                    "go_from",
                    models.DecimalField(decimal_places=2, default=Decimal("90"), max_digits=5),
                ),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "made_by",
                    models.ForeignKey(
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "id"), name="readinessmodel_in_workspace"
                    ),
                    models.UniqueConstraint(
                        fields=("workspace", "tier", "number"), name="readinessmodel_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tier__in", ["1", "2", "3"])),
                        name="readinessmodel_tier",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cap__range", (0, 100)), ("go_from__range", (0, 100))),
                        name="readinessmodel_points",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReadinessSnapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("score", models.DecimalField(decimal_places=2, max_digits=5)),
                ("capped", models.DecimalField(decimal_places=2, max_digits=5)),
                ("areas", models.JSONField()),
                (
                    "pieces",
                    models.PositiveIntegerField(
                        help_text="Pieces of evidence it was worked out from."
                    ),
                ),
                ("causes", models.CharField(max_length=300)),
                ("current", models.BooleanField(default=True)),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "launch",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="snapshots",
                        to="roadmaps.launch",
                    ),
                ),
                (
                    "weighed",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="roadmaps.readinessmodel",
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
                        fields=("workspace", "id"), name="readinesssnapshot_in_workspace"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("current", True)),
                        fields=("workspace", "launch"),
                        name="readinesssnapshot_current_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score__range", (0, 100))),
                        name="readinesssnapshot_score",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["workspace", "launch", "-id"], name="readinesssnapshot_of")
                ],
            },
        ),
        migrations.CreateModel(
            name="RedGate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=80)),
                ("area", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=300)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "to",
                    models.CharField(
                        blank=True, help_text="Where it is put right.", max_length=200
                    ),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "launch",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="red_gates",
                        to="roadmaps.launch",
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
                        fields=("workspace", "launch", "key"), name="redgate_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleSignOff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("test", "Test"),
                            ("product", "Product"),
                            ("legal", "Legal"),
                            ("finance", "Finance"),
                            ("marketing", "Marketing"),
                        ],
                        max_length=9,
                    ),
                ),
                ("agrees", models.BooleanField()),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "signed_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "launch",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signoffs",
                        to="roadmaps.launch",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
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
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["test", "product", "legal", "finance", "marketing"])
                        ),
                        name="rolesignoff_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("agrees", True), models.Q(("note", ""), _negated=True), _connector="OR"
                        ),
                        name="rolesignoff_says_why_not",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["workspace", "launch", "-id"], name="rolesignoff_of")
                ],
            },
        ),
        migrations.CreateModel(
            name="SpecLine",
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
                (
                    "kind",
                    models.CharField(
                        choices=[("requirement", "Requirement"), ("improvement", "Improvement")],
                        default="requirement",
                        max_length=11,
                    ),
                ),
                ("must", models.BooleanField(default=False, verbose_name="no Go without it")),
                ("required", models.CharField(blank=True, max_length=500)),
                ("actual", models.CharField(blank=True, max_length=500)),
                (
                    "method",
                    models.CharField(blank=True, max_length=200, verbose_name="how it is checked"),
                ),
                (
                    "evidence",
                    models.CharField(
                        blank=True, help_text="A link or where it lies.", max_length=500
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("confirmed", "Confirmed"),
                            ("failed", "Failed"),
                            ("waived", "Waived"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, max_length=500, verbose_name="why it is waived"),
                ),
                ("judged_at", models.DateTimeField(editable=False, null=True)),
                (
                    "idea",
                    workspaces.records.models.WorkspaceLink(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="feedback.idea",
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
                    "judged_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "launch",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="roadmaps.launch",
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
                        fields=("workspace", "id"), name="specline_in_workspace"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["requirement", "improvement"])),
                        name="specline_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict__in", ["open", "confirmed", "failed", "waived"])
                        ),
                        name="specline_verdict",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("verdict", "waived"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="specline_waived_for_a_reason",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["workspace", "launch", "id"], name="specline_of_launch"),
                    models.Index(fields=["workspace", "title", "id"], name="specline_title"),
                ],
            },
        ),
        migrations.CreateModel(
            name="QaRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                (
                    "setting",
                    models.CharField(blank=True, max_length=120, verbose_name="device or place"),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[("passed", "Passed"), ("failed", "Failed")], max_length=6
                    ),
                ),
                ("findings", models.TextField(blank=True, max_length=5000)),
                ("run_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "launch",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="roadmaps.launch",
                    ),
                ),
                (
                    "run_by",
                    models.ForeignKey(
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "id"), name="qarun_in_workspace"),
                    models.CheckConstraint(
                        condition=models.Q(("result__in", ["passed", "failed"])),
                        name="qarun_result",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["workspace", "launch", "-id"], name="qarun_of_launch")
                ],
            },
        ),
        migrations.CreateModel(
            name="TaskOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "after",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waits",
                        to="roadmaps.launchtask",
                    ),
                ),
                (
                    "before",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="roadmaps.launchtask",
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
                        fields=("workspace", "after", "before"), name="taskorder_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("before", models.F("after")), _negated=True),
                        name="taskorder_of_two",
                    ),
                ],
                "indexes": [models.Index(fields=["workspace", "before"], name="taskorder_before")],
            },
        ),
        migrations.CreateModel(
            name="TemplateTask",
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
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("plan", "Plan"),
                            ("build", "Build"),
                            ("verify", "Verify"),
                            ("go_no_go", "Go / no-go"),
                            ("scheduled", "Scheduled"),
                            ("launched", "Launched"),
                            ("monitor", "Monitor"),
                            ("reviewed", "Reviewed"),
                        ],
                        default="build",
                        max_length=9,
                    ),
                ),
                (
                    "lane",
                    models.CharField(
                        choices=[
                            ("product", "Product"),
                            ("before", "Marketing before"),
                            ("during", "Marketing during"),
                            ("after", "Marketing after"),
                        ],
                        default="product",
                        max_length=7,
                    ),
                ),
                (
                    "day",
                    models.SmallIntegerField(
                        default=0,
                        help_text="Working days from the launch: -30, 0, 30.",
                        validators=[
                            django.core.validators.MinValueValidator(-730),
                            django.core.validators.MaxValueValidator(730),
                        ],
                        verbose_name="T±",
                    ),
                ),
                (
                    "low",
                    models.DecimalField(
                        decimal_places=1,
                        default=1,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("500")),
                        ],
                        verbose_name="days at best",
                    ),
                ),
                (
                    "likely",
                    models.DecimalField(
                        decimal_places=1,
                        default=1,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("500")),
                        ],
                        verbose_name="days likely",
                    ),
                ),
                (
                    "high",
                    models.DecimalField(
                        decimal_places=1,
                        default=1,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("500")),
                        ],
                        verbose_name="days at worst",
                    ),
                ),
                ("key", models.SlugField(db_index=False, max_length=40)),
                (
                    "after",
                    models.CharField(
                        blank=True,
                        help_text="Keys of other tasks, by commas.",
                        max_length=400,
                        verbose_name="waits for",
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
                    "template",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="roadmaps.launchtemplate",
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
                        fields=("workspace", "id"), name="templatetask_in_workspace"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("deleted_at", None)),
                        fields=("workspace", "template", "key"),
                        name="templatetask_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lane__in", ["product", "before", "during", "after"])),
                        name="templatetask_lane",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "phase__in",
                                [
                                    "plan",
                                    "build",
                                    "verify",
                                    "go_no_go",
                                    "scheduled",
                                    "launched",
                                    "monitor",
                                    "reviewed",
                                ],
                            )
                        ),
                        name="templatetask_phase",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("high__gte", models.F("likely")),
                            ("likely__gte", models.F("low")),
                            ("low__gte", 0),
                        ),
                        name="templatetask_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TierConfirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "confirmed_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "launch",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="confirmations",
                        to="roadmaps.launch",
                    ),
                ),
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
                    models.UniqueConstraint(
                        fields=("workspace", "launch", "user"), name="tierconfirmation_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ClosedDays",
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
                ("title", models.CharField(max_length=120)),
                (
                    "reason",
                    models.CharField(
                        choices=[("holiday", "Public holiday"), ("blackout", "Blackout")],
                        default="holiday",
                        max_length=8,
                    ),
                ),
                ("start_on", models.DateField(verbose_name="from")),
                ("end_on", models.DateField(verbose_name="until")),
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
                    "market",
                    workspaces.records.models.WorkspaceLink(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="products.market",
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
                "verbose_name_plural": "closed days",
                "indexes": [
                    models.Index(fields=["workspace", "start_on", "id"], name="closeddays_by_day"),
                    models.Index(fields=["workspace", "title", "id"], name="closeddays_title"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "id"), name="closeddays_in_workspace"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["holiday", "blackout"])),
                        name="closeddays_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end_on__gte", models.F("start_on"))),
                        name="closeddays_end_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GateOverride",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=80)),
                ("title", models.CharField(max_length=300)),
                ("reason", models.CharField(max_length=1000)),
                ("planned_on", models.DateField()),
                (
                    "tier",
                    models.CharField(
                        choices=[("1", "Tier 1"), ("2", "Tier 2"), ("3", "Tier 3")], max_length=1
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "ended_at",
                    models.DateTimeField(help_text="Taken back; it still shows.", null=True),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
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
                    "launch",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="overrides",
                        to="roadmaps.launch",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "id"), name="gateoverride_in_workspace"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("workspace", "launch", "key"),
                        name="gateoverride_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="gateoverride_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tier__in", ["1", "2", "3"])), name="gateoverride_tier"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None),
                            ("asked_by", None),
                            models.Q(("confirmed_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="gateoverride_by_two",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LaunchItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "item",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="roadmaps.item",
                    ),
                ),
                (
                    "launch",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="delivers",
                        to="roadmaps.launch",
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
                "indexes": [models.Index(fields=["workspace", "item"], name="launchitem_of_item")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "launch", "item"), name="launchitem_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LaunchMarket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "launch",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reaches",
                        to="roadmaps.launch",
                    ),
                ),
                (
                    "market",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="products.market",
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
                "indexes": [
                    models.Index(fields=["workspace", "market"], name="launchmarket_of_market")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "launch", "market"), name="launchmarket_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LaunchProduct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "launch",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="brings",
                        to="roadmaps.launch",
                    ),
                ),
                (
                    "product",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="products.product",
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
                "indexes": [
                    models.Index(fields=["workspace", "product"], name="launchproduct_of_product")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "launch", "product"), name="launchproduct_once"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="launch",
            index=models.Index(fields=["workspace", "template"], name="launch_of_template"),
        ),
    ]
