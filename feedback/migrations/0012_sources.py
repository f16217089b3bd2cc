"""Where notes come from, what came, and what notes named their customer and product by."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import workspaces.records.models
from core.db import same_workspace


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0011_public_ideas"),
        ("products", "0005_find_trash"),
        ("workspaces", "0025_formulas_in_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Source",
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
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mailbox", "Mailbox"),
                            ("letters", "Letters by POST"),
                            ("hook", "Notes by POST"),
                            ("form", "Form"),
                        ],
                        max_length=8,
                    ),
                ),
                ("active", models.BooleanField(default=True)),
                (
                    "per_minute",
                    models.PositiveIntegerField(
                        default=60,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10000),
                        ],
                    ),
                ),
                ("token_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("key", models.CharField(blank=True, editable=False, max_length=32)),
                ("mapping", models.JSONField(blank=True, default=dict)),
                (
                    "origins",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("address", models.EmailField(blank=True, max_length=254)),
                ("host", models.CharField(blank=True, max_length=253)),
                (
                    "port",
                    models.PositiveIntegerField(
                        default=993, validators=[django.core.validators.MaxValueValidator(65535)]
                    ),
                ),
                (
                    "security",
                    models.CharField(
                        choices=[("tls", "TLS"), ("starttls", "STARTTLS")],
                        default="tls",
                        max_length=8,
                    ),
                ),
                ("username", models.CharField(blank=True, max_length=254)),
                ("password", models.TextField(blank=True, editable=False)),
                ("folder", models.CharField(default="INBOX", max_length=200)),
                ("uid_validity", models.BigIntegerField(editable=False, null=True)),
                ("last_uid", models.BigIntegerField(default=0, editable=False)),
                ("busy_until", models.DateTimeField(editable=False, null=True)),
                ("polled_at", models.DateTimeField(editable=False, null=True)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("failures", models.PositiveIntegerField(default=0, editable=False)),
                ("error", models.CharField(blank=True, editable=False, max_length=300)),
                ("last_note_at", models.DateTimeField(editable=False, null=True)),
                (
                    "channel",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="products.channel",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "import_run",
                    workspaces.records.models.WorkspaceLink(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="workspaces.importrun",
                    ),
                ),
                (
                    "product",
                    workspaces.records.models.WorkspaceLink(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="products.product",
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
                        condition=models.Q(("kind__in", ["mailbox", "letters", "hook", "form"])),
                        name="source_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("security__in", ["tls", "starttls"])),
                        name="source_security",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("active", True), ("deleted_at", None), ("kind", "mailbox")
                        ),
                        fields=["due_at"],
                        name="source_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Arrival",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(help_text="Hash of the key at the source.", max_length=64),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("taken", "Note"), ("answer", "Answer"), ("refused", "Refused")],
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("sender", models.CharField(blank=True, max_length=254)),
                ("subject", models.CharField(blank=True, max_length=300)),
                ("raw", models.BinaryField(null=True)),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                    ),
                ),
                (
                    "note",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
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
                (
                    "source",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="arrivals",
                        to="feedback.source",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["taken", "answer", "refused"])),
                        name="arrival_state",
                    )
                ],
                "indexes": [
                    models.Index(fields=["workspace", "source", "-id"], name="arrival_log"),
                    models.Index(
                        fields=["workspace", "source", "sender", "at"], name="arrival_by_sender"
                    ),
                    models.Index(fields=["workspace", "note"], name="arrival_of_note"),
                    models.Index(fields=["at"], name="arrival_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Clue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.CharField(blank=True, max_length=254)),
                ("customer_key", models.CharField(blank=True, max_length=120)),
                ("sku", models.CharField(blank=True, max_length=120)),
                ("handle", models.CharField(blank=True, max_length=200)),
                ("gtin", models.CharField(blank=True, max_length=14)),
                ("product_name", models.CharField(blank=True, max_length=300)),
                ("waits", models.BooleanField(db_default=True, default=True)),
                (
                    "note",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clues",
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
                        condition=models.Q(("waits", True)),
                        fields=["workspace"],
                        name="clue_waiting",
                    ),
                    models.Index(
                        models.F("workspace"),
                        django.db.models.functions.text.Lower("email"),
                        name="clue_by_email",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "note"), name="clue_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="source_in_workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(
                condition=models.Q(("token_hash", ""), _negated=True),
                fields=("token_hash",),
                name="source_token_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True),
                fields=("key",),
                name="source_key_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="arrival",
            constraint=models.UniqueConstraint(
                fields=("workspace", "source", "key"), name="arrival_once"
            ),
        ),
        same_workspace("feedback_source", "import_run_id", "workspaces_importrun"),
        same_workspace("feedback_source", "channel_id", "products_channel"),
        same_workspace("feedback_source", "product_id", "products_product"),
        same_workspace("feedback_arrival", "source_id", "feedback_source"),
        same_workspace("feedback_arrival", "note_id", "feedback_note"),
        same_workspace("feedback_clue", "note_id", "feedback_note"),
    ]
