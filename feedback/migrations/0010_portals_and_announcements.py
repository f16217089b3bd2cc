"""Portals, announcements, and which ideas are public."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import feedback.portal.models
import workspaces.records.models
from core.db import same_workspace


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0009_segments"),
        ("finance", "0006_find_unknown_costs"),
        ("products", "0005_find_trash"),
        ("workspaces", "0026_guests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AnnouncedIdea",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Announcement",
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
                ("text", models.TextField(blank=True, max_length=20000)),
                (
                    "texts",
                    models.JSONField(blank=True, db_default={}, default=dict, editable=False),
                ),
                (
                    "news",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("shipped", "Shipped"),
                            ("declined", "Declined"),
                            ("other", "Other news"),
                        ],
                        default="other",
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published")],
                        default="draft",
                        editable=False,
                        max_length=9,
                    ),
                ),
                (
                    "on_changelog",
                    models.BooleanField(
                        default=True,
                        help_text="Whether portals show it once it is published.",
                        verbose_name="on the changelog",
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("news__in", ["planned", "shipped", "declined", "other"])
                        ),
                        name="announcement_news",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at", None), ("state", "draft")),
                            models.Q(("published_at__isnull", False), ("state", "published")),
                            _connector="OR",
                        ),
                        name="announcement_published_at",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ballot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("voter", models.CharField(editable=False, max_length=64)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Mailing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person", models.CharField(editable=False, max_length=64)),
                ("to", models.EmailField(max_length=254)),
                (
                    "segment",
                    models.BigIntegerField(
                        help_text="Whose words it has; empty is the text.", null=True
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("asked", "asked for it"),
                            ("voted", "voted for it"),
                            ("on_behalf", "a member voted for them"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sending", "Being sent"),
                            ("sent", "Sent"),
                            ("failed", "Could not be sent"),
                            ("left_out", "Left out"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "sending", "sent", "failed", "left_out"])
                        ),
                        name="mailing_state",
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "sending"])),
                        fields=["due_at"],
                        name="mailing_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Portal",
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
                ("title", models.CharField(max_length=120)),
                ("intro", models.TextField(blank=True, max_length=4000)),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("de", "Deutsch")], default="en", max_length=2
                    ),
                ),
                (
                    "theme",
                    models.CharField(
                        choices=[
                            ("auto", "As the reader's system"),
                            ("light", "Light"),
                            ("dark", "Dark"),
                        ],
                        default="auto",
                        max_length=5,
                    ),
                ),
                (
                    "fields",
                    models.JSONField(blank=True, default=feedback.portal.models.usual_fields),
                ),
                (
                    "states",
                    models.JSONField(blank=True, default=feedback.portal.models.usual_states),
                ),
                ("takes_posts", models.BooleanField(default=True, verbose_name="people may post")),
                ("takes_votes", models.BooleanField(default=True, verbose_name="people may vote")),
                (
                    "anonymous",
                    models.BooleanField(
                        default=True,
                        help_text="Whether people who did not prove an address may post and vote.",
                        verbose_name="without an address too",
                    ),
                ),
                (
                    "changelog",
                    models.BooleanField(default=True, verbose_name="shows the changelog"),
                ),
                (
                    "indexed",
                    models.BooleanField(
                        default=False,
                        help_text="For portals anyone may open.",
                        verbose_name="search engines may list it",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("theme__in", ["auto", "light", "dark"])),
                        name="portal_theme",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["en", "de"])), name="portal_language"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Unsubscribed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person", models.CharField(max_length=64)),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "unsubscribed",
            },
        ),
        migrations.AddField(
            model_name="idea",
            name="public",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether portals may show it. What of it shows, each portal says.",
                verbose_name="public",
            ),
        ),
        migrations.AddField(
            model_name="announcedidea",
            name="idea",
            field=workspaces.records.models.WorkspaceLink(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="announced",
                to="feedback.idea",
            ),
        ),
        migrations.AddField(
            model_name="announcedidea",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workspaces.workspace",
            ),
        ),
        migrations.AddField(
            model_name="announcement",
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
            model_name="announcement",
            name="sender",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="announcement",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workspaces.workspace",
            ),
        ),
        migrations.AddField(
            model_name="announcedidea",
            name="announcement",
            field=workspaces.records.models.WorkspaceLink(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="ideas",
                to="feedback.announcement",
            ),
        ),
        migrations.AddField(
            model_name="ballot",
            name="idea",
            field=workspaces.records.models.WorkspaceLink(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="feedback.idea",
            ),
        ),
        migrations.AddField(
            model_name="ballot",
            name="link",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="ballot",
                to="feedback.feedbacklink",
            ),
        ),
        migrations.AddField(
            model_name="ballot",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workspaces.workspace",
            ),
        ),
        migrations.AddField(
            model_name="mailing",
            name="announcement",
            field=workspaces.records.models.WorkspaceLink(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mailings",
                to="feedback.announcement",
            ),
        ),
        migrations.AddField(
            model_name="mailing",
            name="customer",
            field=workspaces.records.models.WorkspaceLink(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="finance.customer",
            ),
        ),
        migrations.AddField(
            model_name="mailing",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workspaces.workspace",
            ),
        ),
        migrations.AddField(
            model_name="portal",
            name="channel",
            field=workspaces.records.models.WorkspaceLink(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="products.channel",
            ),
        ),
        migrations.AddField(
            model_name="portal",
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
            model_name="portal",
            name="link",
            field=workspaces.records.models.WorkspaceLink(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workspaces.guestlink",
            ),
        ),
        migrations.AddField(
            model_name="portal",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workspaces.workspace",
            ),
        ),
        migrations.AddField(
            model_name="ballot",
            name="portal",
            field=workspaces.records.models.WorkspaceLink(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="feedback.portal",
            ),
        ),
        migrations.AddField(
            model_name="unsubscribed",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workspaces.workspace",
            ),
        ),
        migrations.AddIndex(
            model_name="announcement",
            index=models.Index(
                fields=["workspace", "-published_at", "-id"], name="announcement_newest"
            ),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="announcement_in_workspace"
            ),
        ),
        migrations.AddIndex(
            model_name="announcedidea",
            index=models.Index(fields=["workspace", "idea"], name="announcedidea_of_idea"),
        ),
        migrations.AddConstraint(
            model_name="announcedidea",
            constraint=models.UniqueConstraint(
                fields=("workspace", "announcement", "idea"), name="announcedidea_once"
            ),
        ),
        migrations.AddIndex(
            model_name="mailing",
            index=models.Index(
                models.F("workspace"),
                django.db.models.functions.text.Lower("to"),
                name="mailing_to",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.UniqueConstraint(
                fields=("workspace", "announcement", "person"), name="mailing_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="portal",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="portal_in_workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="portal",
            constraint=models.UniqueConstraint(fields=("link",), name="portal_of_link"),
        ),
        migrations.AddIndex(
            model_name="ballot",
            index=models.Index(fields=["workspace", "portal", "-id"], name="ballot_of_portal"),
        ),
        migrations.AddIndex(
            model_name="ballot",
            index=models.Index(fields=["workspace", "voter"], name="ballot_of_voter"),
        ),
        migrations.AddConstraint(
            model_name="ballot",
            constraint=models.UniqueConstraint(
                fields=("workspace", "idea", "voter"), name="ballot_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="unsubscribed",
            constraint=models.UniqueConstraint(
                fields=("workspace", "person"), name="unsubscribed_once"
            ),
        ),
        same_workspace("feedback_announcement", "import_run_id", "workspaces_importrun"),
        same_workspace("feedback_announcedidea", "announcement_id", "feedback_announcement"),
        same_workspace("feedback_announcedidea", "idea_id", "feedback_idea"),
        same_workspace("feedback_mailing", "announcement_id", "feedback_announcement"),
        same_workspace("feedback_mailing", "customer_id", "finance_customer"),
        same_workspace("feedback_portal", "import_run_id", "workspaces_importrun"),
        same_workspace("feedback_portal", "link_id", "workspaces_guestlink"),
        same_workspace("feedback_portal", "channel_id", "products_channel"),
        same_workspace("feedback_ballot", "link_id", "feedback_feedbacklink"),
        same_workspace("feedback_ballot", "idea_id", "feedback_idea"),
        same_workspace("feedback_ballot", "portal_id", "feedback_portal"),
    ]
