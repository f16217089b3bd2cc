"""What became of public replies: letters to people outside."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import workspaces.records.models
from core.db import same_workspace


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0022_repeating_tasks"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicLetter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("to", models.EmailField(blank=True, max_length=254)),
                ("subject", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("none", "Not sent"),
                            ("waiting", "Waiting to be sent"),
                            ("sending", "Being sent"),
                            ("sent", "Sent"),
                            ("failed", "Could not be sent"),
                        ],
                        max_length=8,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, max_length=300)),
                (
                    "comment",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters",
                        to="workspaces.comment",
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
                        condition=models.Q(("state__in", ["waiting", "sending"])),
                        fields=["due_at"],
                        name="publicletter_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "comment"), name="publicletter_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["none", "waiting", "sending", "sent", "failed"])
                        ),
                        name="publicletter_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "none"), ("to", "")),
                            models.Q(
                                models.Q(("state", "none"), _negated=True),
                                models.Q(("to", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="publicletter_has_address",
                    ),
                ],
            },
        ),
        same_workspace("workspaces_publicletter", "comment_id", "workspaces_comment"),
    ]
