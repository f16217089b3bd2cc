"""Forecasts of launches, kept and graded."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import workspaces.records.models
from core.db import same_workspace


class Migration(migrations.Migration):
    dependencies = [
        ("roadmaps", "0015_find_shared_launches"),
        ("workspaces", "0026_guests"),
    ]

    operations = [
        migrations.CreateModel(
            name="LaunchForecast",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
                        max_length=9,
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("planned_on", models.DateField()),
                ("likely_on", models.DateField()),
                ("sure_on", models.DateField()),
                ("chance", models.DecimalField(decimal_places=4, max_digits=5, null=True)),
                ("actual_on", models.DateField(null=True)),
                ("error", models.SmallIntegerField(null=True)),
                ("inside", models.BooleanField(null=True)),
                (
                    "launch",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="forecasts",
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
                        fields=("workspace", "id"), name="launchforecast_in_workspace"
                    ),
                    models.UniqueConstraint(
                        fields=("workspace", "launch", "state"), name="launchforecast_once"
                    ),
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
                        name="launchforecast_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("actual_on", None), ("error", None), ("inside", None)),
                            models.Q(
                                ("actual_on__isnull", False),
                                ("error__isnull", False),
                                ("inside__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="launchforecast_graded_whole",
                    ),
                ],
            },
        ),
        same_workspace("roadmaps_launchforecast", "launch_id", "roadmaps_launch"),
    ]
