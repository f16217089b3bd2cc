"""Links show launches too."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

import workspaces.records.models
from core.db import same_workspace


class Migration(migrations.Migration):
    dependencies = [
        ("roadmaps", "0013_slots_hold"),
        ("workspaces", "0026_guests"),
    ]

    operations = [
        migrations.AddField(
            model_name="roadmapshare",
            name="launch",
            field=workspaces.records.models.WorkspaceLink(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="roadmaps.launch",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="roadmapshare",
            name="roadmapshare_of_something",
        ),
        AddConstraintNotValid(
            model_name="roadmapshare",
            constraint=models.CheckConstraint(
                condition=models.Q(view__isnull=False)
                | models.Q(frozen__isnull=False)
                | models.Q(launch__isnull=False),
                name="roadmapshare_of_something",
            ),
        ),
        same_workspace("roadmaps_roadmapshare", "launch_id", "roadmaps_launch"),
    ]
