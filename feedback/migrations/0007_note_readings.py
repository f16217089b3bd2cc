"""What is read out of notes, and a mark for each that comes in, whatever way it comes."""

import django.db.models.deletion
from django.db import migrations, models

import workspaces.records.models
from core.db import same_workspace

# A few notes are marked one by one, so that they come first; a load is one mark.
MARK = """
CREATE FUNCTION feedback_note_to_read() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO workspaces_stalemark (workspace_id, topic, key, cause, urgency)
    SELECT workspace_id, 'readings', 'note:' || id, 'a note came in', 0 FROM (
        SELECT workspace_id, id, count(*) OVER () AS many FROM came) one WHERE many <= 50
    UNION ALL
    SELECT workspace_id, 'readings', 'new', 'notes came in', 5 FROM came
    GROUP BY workspace_id HAVING (SELECT count(*) FROM came) > 50;
    RETURN NULL;
END $$;
CREATE TRIGGER note_to_read AFTER INSERT ON feedback_note
    REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION feedback_note_to_read();
INSERT INTO workspaces_stalemark (workspace_id, topic, key, cause, urgency)
SELECT DISTINCT workspace_id, 'readings', 'new', 'notes from before', 5 FROM feedback_note;
"""
UNMARK = """
DROP TRIGGER note_to_read ON feedback_note;
DROP FUNCTION feedback_note_to_read();
DELETE FROM workspaces_stalemark WHERE topic = 'readings'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0006_inbox_queue"),
        ("workspaces", "0025_formulas_in_lists"),
    ]

    operations = [
        migrations.CreateModel(
            name="NoteReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=8)),
                ("sentiment", models.DecimalField(decimal_places=3, max_digits=4, null=True)),
                ("words", models.JSONField(default=list)),
                ("read_by", models.PositiveSmallIntegerField()),
                (
                    "note",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readings",
                        to="feedback.note",
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
                    models.Index(
                        fields=["workspace", "sentiment", "note"], name="notereading_sentiment"
                    ),
                    models.Index(
                        fields=["workspace", "language", "note"], name="notereading_language"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "note"), name="notereading_once")
                ],
            },
        ),
        same_workspace("feedback_notereading", "note_id", "feedback_note"),
        migrations.RunSQL(MARK, UNMARK),
    ]
