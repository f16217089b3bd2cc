"""Audiences, what is shared with them by links, and what guests say about it."""

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import workspaces.records.models
from core.db import same_workspace


class Migration(migrations.Migration):
    dependencies = [
        ("roadmaps", "0006_blind_rounds"),
        ("workspaces", "0026_guests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Audience",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("fields", models.JSONField(default=list)),
                (
                    "precision",
                    models.CharField(
                        choices=[
                            ("day", "To the day"),
                            ("month", "Months only"),
                            ("quarter", "Quarters only"),
                        ],
                        default="quarter",
                        max_length=7,
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
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
                        condition=models.Q(("precision__in", ["day", "month", "quarter"])),
                        name="audience_precision",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RoadmapShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("query", models.TextField(blank=True)),
                ("frozen", models.JSONField(blank=True, null=True)),
                ("watermark", models.BooleanField(default=False)),
                ("comments", models.BooleanField(default=False)),
                (
                    "files",
                    models.BooleanField(
                        default=True, help_text="Guests may take it away as files."
                    ),
                ),
                (
                    "audience",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="roadmaps.audience",
                    ),
                ),
                (
                    "link",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.guestlink",
                    ),
                ),
                (
                    "snapshot",
                    workspaces.records.models.WorkspaceLink(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="roadmaps.roadmapsnapshot",
                    ),
                ),
                (
                    "view",
                    workspaces.records.models.WorkspaceLink(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.savedview",
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
                            ("view__isnull", False), ("frozen__isnull", False), _connector="OR"
                        ),
                        name="roadmapshare_of_something",
                    )
                ],
                "indexes": [
                    models.Index(fields=["workspace", "audience"], name="roadmapshare_audience")
                ],
            },
        ),
        migrations.CreateModel(
            name="GuestComment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("body", models.TextField(max_length=2000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("published", "Published"),
                            ("dropped", "Dropped"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("said_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
                (
                    "share",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="roadmaps.roadmapshare",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "published", "dropped"])),
                        name="guestcomment_state",
                    )
                ],
                "indexes": [
                    models.Index(
                        fields=["workspace", "share", "state", "-id"], name="guestcomment_newest"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="audience",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="audience_in_workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="audience",
            constraint=models.UniqueConstraint(
                models.F("workspace"),
                django.db.models.functions.text.Lower("name"),
                name="audience_name_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="roadmapshare",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="roadmapshare_in_workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="roadmapshare",
            constraint=models.UniqueConstraint(
                fields=("workspace", "link"), name="roadmapshare_once"
            ),
        ),
        same_workspace("roadmaps_roadmapshare", "link_id", "workspaces_guestlink"),
        same_workspace("roadmaps_roadmapshare", "audience_id", "roadmaps_audience"),
        same_workspace("roadmaps_roadmapshare", "view_id", "workspaces_savedview"),
        same_workspace("roadmaps_roadmapshare", "snapshot_id", "roadmaps_roadmapsnapshot"),
        same_workspace("roadmaps_guestcomment", "share_id", "roadmaps_roadmapshare"),
        same_workspace("roadmaps_guestcomment", "item_id", "roadmaps_item"),
    ]
