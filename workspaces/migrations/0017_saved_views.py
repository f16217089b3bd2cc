"""Saved views, the one a member begins a list with, and those in the navigation."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import workspaces.records.models
from core.db import same_workspace


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0016_search"),
    ]

    operations = [
        migrations.AddField(
            model_name="listchoice",
            name="view",
            field=models.BigIntegerField(
                blank=True, help_text="The saved view this member begins with.", null=True
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="favourites",
            field=models.JSONField(
                blank=True,
                db_default=[],
                default=list,
                editable=False,
                help_text="Views in the navigation.",
            ),
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
                ("kind", models.CharField(help_text="Such as products.product.", max_length=60)),
                ("name", models.CharField(max_length=120)),
                ("query", models.TextField(blank=True)),
                ("layout", models.CharField(default="table", max_length=10)),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("private", "Only me"),
                            ("team", "A team"),
                            ("shared", "Everybody here"),
                        ],
                        default="private",
                        max_length=7,
                    ),
                ),
                (
                    "team_default",
                    models.BooleanField(
                        default=False, help_text="The team's members begin with it."
                    ),
                ),
                ("redaction", models.JSONField(blank=True, editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
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
                ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
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
                "indexes": [
                    models.Index(fields=["workspace", "kind", "name"], name="savedview_of_kind")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "id"), name="savedview_in_workspace"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("audience__in", ["private", "team", "shared"])),
                        name="savedview_audience",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="savedview_named"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("deleted_at", None), ("team_default", True)),
                        fields=("workspace", "kind", "team"),
                        name="savedview_team_default",
                    ),
                ],
            },
        ),
        same_workspace("workspaces_savedview", "team_id", "workspaces_team"),
    ]
