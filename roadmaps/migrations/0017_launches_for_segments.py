"""Whom launches are for; and slots that keep to their markets when these are gone."""

import django.db.models.deletion
from django.db import migrations, models

import workspaces.records.models
from core.db import same_workspace

NAMED = """
UPDATE roadmaps_launchslot AS slot SET everywhere = false
WHERE EXISTS (SELECT FROM roadmaps_slotmarket AS one WHERE one.slot_id = slot.id)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0013_visitors_comment"),
        ("roadmaps", "0016_launch_forecasts"),
        ("workspaces", "0027_signoff_role"),
    ]

    operations = [
        migrations.AddField(
            model_name="launchslot",
            name="everywhere",
            field=models.BooleanField(db_default=True, default=True, editable=False),
        ),
        migrations.RunSQL(NAMED, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="LaunchSegment",
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
                        related_name="aims_at",
                        to="roadmaps.launch",
                    ),
                ),
                (
                    "segment",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="feedback.segment",
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
                    models.Index(fields=["workspace", "segment"], name="launchsegment_of_segment")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "launch", "segment"), name="launchsegment_once"
                    )
                ],
            },
        ),
        same_workspace("roadmaps_launchsegment", "launch_id", "roadmaps_launch"),
        same_workspace("roadmaps_launchsegment", "segment_id", "feedback_segment"),
    ]
