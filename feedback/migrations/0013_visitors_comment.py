"""Visitors of portals comment on ideas."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import workspaces.records.models
from core.db import same_workspace


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0012_sources"),
        ("workspaces", "0026_guests"),
    ]

    operations = [
        migrations.AddField(
            model_name="portal",
            name="comments_wait",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="Off shows them at once.",
                verbose_name="comments wait for a member",
            ),
        ),
        migrations.AddField(
            model_name="portal",
            name="takes_comments",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="people may comment"
            ),
        ),
        migrations.CreateModel(
            name="VisitorComment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=80)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("body", models.TextField(max_length=2000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("shown", "Shown"),
                            ("dropped", "Dropped"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "idea",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="feedback.idea",
                    ),
                ),
                (
                    "portal",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="feedback.portal",
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
                        fields=["workspace", "idea", "-id"], name="visitorcomment_of_idea"
                    ),
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["workspace", "portal", "-id"],
                        name="visitorcomment_waiting",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "id"), name="visitorcomment_in_workspace"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "shown", "dropped"])),
                        name="visitorcomment_state",
                    ),
                ],
            },
        ),
        same_workspace("feedback_visitorcomment", "portal_id", "feedback_portal"),
        same_workspace("feedback_visitorcomment", "idea_id", "feedback_idea"),
    ]
