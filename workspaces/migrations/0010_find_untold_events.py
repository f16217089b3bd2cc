"""The relay finds what it has not told without reading the whole history."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("workspaces", "0009_teams_and_listeners")]

    operations = [
        AddIndexConcurrently(
            model_name="activityevent",
            index=models.Index(
                condition=models.Q(("told", False)),
                fields=["workspace", "id"],
                name="activity_untold",
            ),
        ),
    ]
