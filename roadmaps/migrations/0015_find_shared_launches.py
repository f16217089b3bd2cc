"""What shows a launch is found by it; beside a serving site, locking nothing."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("roadmaps", "0014_shared_launches")]

    operations = [
        ValidateConstraint("roadmapshare", "roadmapshare_of_something"),
        AddIndexConcurrently(
            "roadmapshare",
            models.Index(fields=["workspace", "launch"], name="roadmapshare_of_launch"),
        ),
    ]
