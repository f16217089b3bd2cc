"""The public ideas by an index."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("feedback", "0010_portals_and_announcements")]

    operations = [
        AddIndexConcurrently(
            model_name="idea",
            index=models.Index(
                condition=models.Q(("public", True)),
                fields=["workspace", "-id"],
                name="idea_public",
            ),
        ),
    ]
