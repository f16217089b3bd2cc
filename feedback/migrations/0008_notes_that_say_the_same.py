"""Notes that say the same are found by an index."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from feedback.inbox.models import Gist


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("feedback", "0007_note_readings")]

    operations = [
        AddIndexConcurrently(
            model_name="note",
            index=models.Index(
                models.F("workspace"),
                Gist("title", "text"),
                models.F("state"),
                models.F("said_at"),
                models.F("id"),
                name="note_gist",
            ),
        ),
    ]
