"""Comments, mentions, reactions, files and links of records of any kind."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import workspaces.records.models
from core.db import same_workspace


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0010_find_untold_events"),
    ]

    operations = [
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(help_text="Such as products.product.", max_length=60)),
                ("object_id", models.BigIntegerField()),
                (
                    "anchor",
                    models.CharField(
                        blank=True,
                        help_text="What of the record is meant: a field, a pin, a cell.",
                        max_length=120,
                    ),
                ),
                ("body", models.TextField(max_length=10000)),
                (
                    "internal",
                    models.BooleanField(
                        db_default=True,
                        default=True,
                        help_text="Only members read it. Off makes a public reply.",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                (
                    "touched_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                ("edited_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("resolved_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("version", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "parent",
                    workspaces.records.models.WorkspaceLink(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.comment",
                    ),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent", None), ("resolved_at", None), _connector="OR"
                        ),
                        name="comment_resolves_thread",
                    )
                ],
                "indexes": [
                    models.Index(
                        fields=["workspace", "kind", "object_id", "-id"], name="comment_of"
                    ),
                    models.Index(
                        condition=models.Q(("parent__isnull", False)),
                        fields=["workspace", "parent"],
                        name="comment_replies",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(help_text="Such as products.product.", max_length=60)),
                ("object_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("sha256", models.CharField(editable=False, max_length=64)),
                ("mime", models.CharField(editable=False, max_length=80)),
                ("size", models.BigIntegerField(editable=False)),
                ("file", models.CharField(editable=False, max_length=200)),
                (
                    "preview",
                    models.CharField(blank=True, default="", editable=False, max_length=200),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("version", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                (
                    "comment",
                    workspaces.records.models.WorkspaceLink(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="workspaces.comment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("size__gt", 0)), name="attachment_not_empty"
                    )
                ],
                "indexes": [
                    models.Index(
                        fields=["workspace", "kind", "object_id", "-id"], name="attachment_of"
                    ),
                    models.Index(fields=["workspace", "sha256"], name="attachment_same"),
                    models.Index(fields=["workspace", "comment"], name="attachment_of_comment"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommentRevision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("body", models.TextField()),
                (
                    "replaced_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "comment",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.comment",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    models.Index(fields=["workspace", "comment"], name="revision_of_comment")
                ],
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(blank=True, default="", max_length=60)),
                ("object_id", models.BigIntegerField(null=True)),
                (
                    "comment",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="workspaces.comment",
                    ),
                ),
                (
                    "team",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.team",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", ""),
                                ("object_id", None),
                                ("team", None),
                                ("user__isnull", False),
                            ),
                            models.Q(
                                ("kind", ""),
                                ("object_id", None),
                                ("team__isnull", False),
                                ("user", None),
                            ),
                            models.Q(
                                ("object_id__isnull", False),
                                ("team", None),
                                ("user", None),
                                models.Q(("kind", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="mention_names_one",
                    )
                ],
                "indexes": [
                    models.Index(
                        fields=["workspace", "kind", "object_id"], name="mention_of_record"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reaction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "emoji",
                    models.CharField(
                        choices=[
                            ("up", "👍"),
                            ("down", "👎"),
                            ("heart", "❤️"),
                            ("party", "🎉"),
                            ("smile", "😄"),
                            ("eyes", "👀"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "comment",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reactions",
                        to="workspaces.comment",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("emoji__in", ["up", "down", "heart", "party", "smile", "eyes"])
                        ),
                        name="reaction_emoji",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RecordLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(help_text="Such as products.product.", max_length=60)),
                ("object_id", models.BigIntegerField()),
                ("to_kind", models.CharField(max_length=60)),
                ("to_id", models.BigIntegerField()),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("relates", "Relates to"),
                            ("blocks", "Blocks"),
                            ("duplicates", "Duplicates"),
                            ("comes_from", "Comes from"),
                        ],
                        default="relates",
                        max_length=12,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("relation__in", ["relates", "blocks", "duplicates", "comes_from"])
                        ),
                        name="recordlink_relation",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", models.F("to_kind")),
                            ("object_id", models.F("to_id")),
                            _negated=True,
                        ),
                        name="recordlink_to_another",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["workspace", "to_kind", "to_id"], name="recordlink_back")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="comment_in_workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="attachment_in_workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="mention",
            constraint=models.UniqueConstraint(
                fields=("workspace", "comment", "user", "team", "kind", "object_id"),
                name="mention_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="reaction",
            constraint=models.UniqueConstraint(
                fields=("workspace", "comment", "user", "emoji"), name="reaction_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="recordlink",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at", None)),
                fields=("workspace", "kind", "object_id", "to_kind", "to_id", "relation"),
                name="recordlink_once",
            ),
        ),
        same_workspace("workspaces_comment", "parent_id", "workspaces_comment"),
        same_workspace("workspaces_commentrevision", "comment_id", "workspaces_comment"),
        same_workspace("workspaces_mention", "comment_id", "workspaces_comment"),
        same_workspace("workspaces_mention", "team_id", "workspaces_team"),
        same_workspace("workspaces_reaction", "comment_id", "workspaces_comment"),
        same_workspace("workspaces_attachment", "comment_id", "workspaces_comment"),
    ]
