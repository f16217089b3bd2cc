"""Ideas, the passages that speak of them, who asks for them, and where notes stand in the inbox."""

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import workspaces.records.models
from core.db import same_workspace

LINKS = {
    "note": {"part_of": "feedback_note"},
    "idea": {
        "import_run": "workspaces_importrun",
        "product": "products_product",
        "merged_into": "feedback_idea",
    },
    "highlight": {"import_run": "workspaces_importrun", "note": "feedback_note"},
    "feedbacklink": {
        "import_run": "workspaces_importrun",
        "idea": "feedback_idea",
        "note": "feedback_note",
        "highlight": "feedback_highlight",
        "customer": "finance_customer",
    },
    "stake": {"idea": "feedback_idea"},
}


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0003_custom_values"),
        ("finance", "0006_find_unknown_costs"),
        ("products", "0005_find_trash"),
        ("workspaces", "0025_formulas_in_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FeedbackLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True, db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
                ("version", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "custom",
                    models.JSONField(blank=True, db_default={}, default=dict, editable=False),
                ),
                (
                    "importance",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="0 is nice to have, 3 is a must.",
                        validators=[django.core.validators.MaxValueValidator(3)],
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("importance__lte", 3)), name="feedbacklink_importance"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Highlight",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True, db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
                ("version", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "custom",
                    models.JSONField(blank=True, db_default={}, default=dict, editable=False),
                ),
                ("start", models.PositiveIntegerField()),
                ("stop", models.PositiveIntegerField()),
                ("quote", models.TextField(editable=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("stop__gt", models.F("start"))),
                        name="highlight_of_something",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Idea",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True, db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
                ("version", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "custom",
                    models.JSONField(blank=True, db_default={}, default=dict, editable=False),
                ),
                ("title", models.CharField(max_length=200)),
                ("description", models.TextField(blank=True, max_length=20000)),
                (
                    "type",
                    models.CharField(
                        choices=[("idea", "Idea"), ("request", "Request"), ("problem", "Problem")],
                        default="idea",
                        max_length=7,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "Submitted"),
                            ("under_review", "Under review"),
                            ("planned", "Planned"),
                            ("in_progress", "In progress"),
                            ("shipped", "Shipped"),
                            ("declined", "Declined"),
                            ("merged", "Merged"),
                        ],
                        default="submitted",
                        max_length=12,
                    ),
                ),
                (
                    "declined_because",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="why it is declined"
                    ),
                ),
                (
                    "because_public",
                    models.BooleanField(
                        default=False,
                        help_text="Whether people outside may read why it is declined.",
                        verbose_name="may be told",
                    ),
                ),
                (
                    "state_before",
                    models.CharField(
                        blank=True,
                        editable=False,
                        help_text="What it was when it was merged last.",
                        max_length=12,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "submitted",
                                    "under_review",
                                    "planned",
                                    "in_progress",
                                    "shipped",
                                    "declined",
                                    "merged",
                                ],
                            )
                        ),
                        name="idea_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("type__in", ["idea", "request", "problem"])),
                        name="idea_type",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "declined"), _negated=True),
                            models.Q(("declined_because", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="idea_declined_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stake",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("customers", models.PositiveIntegerField(default=0)),
                (
                    "voices",
                    models.PositiveIntegerField(
                        default=0, help_text="Links that name no customer."
                    ),
                ),
                (
                    "importance",
                    models.PositiveIntegerField(default=0, help_text="Sum over its customers."),
                ),
                ("orders", models.PositiveIntegerField(default=0)),
                ("revenue", models.DecimalField(decimal_places=4, max_digits=14, null=True)),
                ("contribution", models.DecimalField(decimal_places=4, max_digits=14, null=True)),
                (
                    "costed",
                    models.DecimalField(decimal_places=6, default=Decimal("1"), max_digits=7),
                ),
                ("currency", models.CharField(max_length=3)),
                ("window_end", models.DateField()),
                ("computed_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="note",
            name="assignee",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="part_of",
            field=workspaces.records.models.WorkspaceLink(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="parts",
                to="feedback.note",
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="snoozed_until",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="note",
            name="state",
            field=models.CharField(
                choices=[
                    ("new", "New"),
                    ("triaged", "Triaged"),
                    ("linked", "Linked"),
                    ("no_action", "No action"),
                    ("snoozed", "Snoozed"),
                    ("spam", "Spam"),
                ],
                db_default="new",
                default="new",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="feedbacklink",
            name="customer",
            field=workspaces.records.models.WorkspaceLink(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="finance.customer",
            ),
        ),
        migrations.AddField(
            model_name="feedbacklink",
            name="import_run",
            field=workspaces.records.models.WorkspaceLink(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="workspaces.importrun",
            ),
        ),
        migrations.AddField(
            model_name="feedbacklink",
            name="note",
            field=workspaces.records.models.WorkspaceLink(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="links",
                to="feedback.note",
            ),
        ),
        migrations.AddField(
            model_name="feedbacklink",
            name="voter",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="feedbacklink",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workspaces.workspace",
            ),
        ),
        migrations.AddField(
            model_name="highlight",
            name="import_run",
            field=workspaces.records.models.WorkspaceLink(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="workspaces.importrun",
            ),
        ),
        migrations.AddField(
            model_name="highlight",
            name="note",
            field=workspaces.records.models.WorkspaceLink(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="highlights",
                to="feedback.note",
            ),
        ),
        migrations.AddField(
            model_name="highlight",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workspaces.workspace",
            ),
        ),
        migrations.AddField(
            model_name="feedbacklink",
            name="highlight",
            field=workspaces.records.models.WorkspaceLink(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="links",
                to="feedback.highlight",
            ),
        ),
        migrations.AddField(
            model_name="idea",
            name="import_run",
            field=workspaces.records.models.WorkspaceLink(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="workspaces.importrun",
            ),
        ),
        migrations.AddField(
            model_name="idea",
            name="merged_into",
            field=workspaces.records.models.WorkspaceLink(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="feedback.idea",
            ),
        ),
        migrations.AddField(
            model_name="idea",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="idea",
            name="product",
            field=workspaces.records.models.WorkspaceLink(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="products.product",
            ),
        ),
        migrations.AddField(
            model_name="idea",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workspaces.workspace",
            ),
        ),
        migrations.AddField(
            model_name="feedbacklink",
            name="idea",
            field=workspaces.records.models.WorkspaceLink(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="links",
                to="feedback.idea",
            ),
        ),
        migrations.AddField(
            model_name="stake",
            name="idea",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="stake",
                to="feedback.idea",
            ),
        ),
        migrations.AddField(
            model_name="stake",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workspaces.workspace",
            ),
        ),
        migrations.AddIndex(
            model_name="highlight",
            index=models.Index(fields=["workspace", "note", "start"], name="highlight_of_note"),
        ),
        migrations.AddConstraint(
            model_name="highlight",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="highlight_in_workspace"
            ),
        ),
        migrations.AddIndex(
            model_name="idea",
            index=models.Index(fields=["workspace", "state", "-id"], name="idea_by_state"),
        ),
        migrations.AddIndex(
            model_name="idea",
            index=models.Index(fields=["workspace", "title", "id"], name="idea_title"),
        ),
        migrations.AddIndex(
            model_name="idea",
            index=models.Index(fields=["workspace", "product"], name="idea_of_product"),
        ),
        migrations.AddIndex(
            model_name="idea",
            index=models.Index(fields=["workspace", "merged_into"], name="idea_merged"),
        ),
        migrations.AddConstraint(
            model_name="idea",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="idea_in_workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="idea",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_into__isnull", False), ("state", "merged")),
                    models.Q(models.Q(("state", "merged"), _negated=True), ("merged_into", None)),
                    _connector="OR",
                ),
                name="idea_merged_into_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="idea",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into", None),
                    models.Q(("merged_into", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="idea_not_into_itself",
            ),
        ),
        migrations.AddIndex(
            model_name="feedbacklink",
            index=models.Index(fields=["workspace", "idea", "-id"], name="feedbacklink_of_idea"),
        ),
        migrations.AddIndex(
            model_name="feedbacklink",
            index=models.Index(
                fields=["workspace", "customer", "-id"], name="feedbacklink_of_customer"
            ),
        ),
        migrations.AddIndex(
            model_name="feedbacklink",
            index=models.Index(fields=["workspace", "note"], name="feedbacklink_of_note"),
        ),
        migrations.AddIndex(
            model_name="feedbacklink",
            index=models.Index(fields=["workspace", "highlight"], name="feedbacklink_of_passage"),
        ),
        migrations.AddConstraint(
            model_name="feedbacklink",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="feedbacklink_in_workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="feedbacklink",
            constraint=models.CheckConstraint(
                condition=models.Q(("highlight", None), ("note__isnull", False), _connector="OR"),
                name="feedbacklink_passage_of_a_note",
            ),
        ),
        migrations.AddIndex(
            model_name="stake",
            index=models.Index(fields=["workspace", "idea"], name="stake_of_idea"),
        ),
        migrations.AddIndex(
            model_name="stake",
            index=models.Index(
                fields=["workspace", "-customers", "-idea"], name="stake_by_customers"
            ),
        ),
        *[
            same_workspace(f"feedback_{child}", f"{column}_id", parent)
            for child, columns in LINKS.items()
            for column, parent in columns.items()
        ],
    ]
