"""The queue of the inbox by an index, and the constraints of the step before checked."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("feedback", "0005_notes_keep_their_words")]

    operations = [
        ValidateConstraint(model_name="note", name="note_state"),
        ValidateConstraint(model_name="note", name="note_snoozed_until_a_day"),
        AddIndexConcurrently(
            model_name="note",
            index=models.Index(fields=["workspace", "state", "-said_at", "-id"], name="note_queue"),
        ),
        AddIndexConcurrently(
            model_name="note",
            index=models.Index(
                condition=models.Q(("state", "snoozed")),
                fields=["workspace", "snoozed_until"],
                name="note_snoozed",
            ),
        ),
        AddIndexConcurrently(
            model_name="note",
            index=models.Index(
                condition=models.Q(("assignee__isnull", False)),
                fields=["assignee"],
                name="note_of_assignee",
            ),
        ),
        AddIndexConcurrently(
            model_name="note",
            index=models.Index(
                condition=models.Q(("part_of__isnull", False)),
                fields=["workspace", "part_of"],
                name="note_parts",
            ),
        ),
    ]
