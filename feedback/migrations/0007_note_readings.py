"""What is read out of notes, and ideas that may be the same."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import workspaces.records.models
from core.db import same_workspace

# A worker comes to the notes from before, newest first, behind whatever people wait for.
MARK = """
INSERT INTO workspaces_stalemark (workspace_id, topic, key, cause, urgency)
SELECT DISTINCT workspace_id, 'reading', 'unread', 'notes from before', 5 FROM feedback_note
"""


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0006_inbox_queue"),
        ("finance", "0006_find_unknown_costs"),
        ("products", "0005_find_trash"),
        ("workspaces", "0025_formulas_in_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="IdeaPair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("probability", models.DecimalField(decimal_places=4, max_digits=5)),
                ("shared", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "To review"),
                            ("later", "Later"),
                            ("merged", "Merged"),
                            ("different", "Not the same"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True)),
                (
                    "found_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "later", "merged", "different"])),
                        name="ideapair_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("probability__range", (0, 1))),
                        name="ideapair_probability",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoteReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=2)),
                ("certainty", models.DecimalField(decimal_places=3, default=0, max_digits=4)),
                ("sentiment", models.DecimalField(decimal_places=4, max_digits=5, null=True)),
                ("words", models.JSONField(default=list)),
                ("model", models.CharField(max_length=60)),
                (
                    "read_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sentiment", None), ("sentiment__range", (-1, 1)), _connector="OR"
                        ),
                        name="notereading_sentiment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("certainty__range", (0, 1))),
                        name="notereading_certainty",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="ideapair",
            name="decided_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ideapair",
            name="first",
            field=workspaces.records.models.WorkspaceLink(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="feedback.idea",
            ),
        ),
        migrations.AddField(
            model_name="ideapair",
            name="second",
            field=workspaces.records.models.WorkspaceLink(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="feedback.idea",
            ),
        ),
        migrations.AddField(
            model_name="ideapair",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workspaces.workspace",
            ),
        ),
        migrations.AddField(
            model_name="notereading",
            name="note",
            field=models.OneToOneField(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reading",
                to="feedback.note",
            ),
        ),
        migrations.AddField(
            model_name="notereading",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workspaces.workspace",
            ),
        ),
        migrations.AddIndex(
            model_name="ideapair",
            index=models.Index(
                fields=["workspace", "state", "-probability", "-id"], name="ideapair_queue"
            ),
        ),
        migrations.AddIndex(
            model_name="ideapair",
            index=models.Index(fields=["workspace", "second"], name="ideapair_of_second"),
        ),
        migrations.AddConstraint(
            model_name="ideapair",
            constraint=models.UniqueConstraint(
                fields=("workspace", "first", "second"), name="ideapair_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ideapair",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lt", models.F("second"))), name="ideapair_in_one_order"
            ),
        ),
        migrations.AddIndex(
            model_name="notereading",
            index=models.Index(fields=["workspace", "note"], name="notereading_of_note"),
        ),
        migrations.AddIndex(
            model_name="notereading",
            index=models.Index(
                fields=["workspace", "sentiment", "note"], name="notereading_sentiments"
            ),
        ),
        migrations.AddIndex(
            model_name="notereading",
            index=models.Index(
                fields=["workspace", "language", "note"], name="notereading_languages"
            ),
        ),
        migrations.AddIndex(
            model_name="notereading",
            index=models.Index(fields=["workspace", "model"], name="notereading_models"),
        ),
        same_workspace("feedback_ideapair", "first_id", "feedback_idea"),
        same_workspace("feedback_ideapair", "second_id", "feedback_idea"),
        same_workspace("feedback_notereading", "note_id", "feedback_note"),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
