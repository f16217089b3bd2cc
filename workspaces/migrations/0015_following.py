"""Watching records, what one is told of them, and the letters about it."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0014_documents"),
    ]

    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at_once", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("empty", "Nothing to say"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("lines", models.PositiveSmallIntegerField(default=0)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "sending"])),
                        fields=["due_at"],
                        name="letter_due",
                    ),
                    models.Index(fields=["workspace", "user", "-sent_at"], name="letter_of_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("workspace", "user", "at_once"),
                        name="letter_waits_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "sending", "sent", "empty", "failed"])
                        ),
                        name="letter_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MailChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "every",
                    models.CharField(
                        choices=[
                            ("hour", "Every hour"),
                            ("day", "Every day"),
                            ("week", "Every week"),
                            ("never", "Never"),
                        ],
                        default="day",
                        max_length=8,
                    ),
                ),
                (
                    "hour",
                    models.PositiveSmallIntegerField(
                        default=8, validators=[django.core.validators.MaxValueValidator(23)]
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        default=0, validators=[django.core.validators.MaxValueValidator(6)]
                    ),
                ),
                (
                    "quiet_from",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(23)],
                    ),
                ),
                (
                    "quiet_until",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(23)],
                    ),
                ),
                ("mentions", models.BooleanField(default=True)),
                ("assignments", models.BooleanField(default=True)),
                ("approvals", models.BooleanField(default=True)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
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
                    models.UniqueConstraint(fields=("workspace", "user"), name="mailchoice_once"),
                    models.CheckConstraint(
                        condition=models.Q(("every__in", ["hour", "day", "week", "never"])),
                        name="mailchoice_every",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hour__lt", 24), ("weekday__lt", 7)),
                        name="mailchoice_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notification",
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
                    "reason",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Approval"),
                            (2, "Mention"),
                            (3, "Assignment"),
                            (4, "Watching"),
                        ]
                    ),
                ),
                ("batch", models.UUIDField(null=True)),
                (
                    "label",
                    models.CharField(help_text="What the record was called then.", max_length=200),
                ),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("count", models.PositiveIntegerField(default=1)),
                ("last_event", models.BigIntegerField()),
                ("mailed_through", models.BigIntegerField(db_default=0, default=0)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("read_at", None)),
                        fields=["workspace", "user", "-last_event"],
                        include=("kind",),
                        name="notification_unread",
                    ),
                    models.Index(
                        fields=["workspace", "user", "-last_event"], name="notification_newest"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("batch", None), ("read_at", None)),
                        fields=("workspace", "user", "kind", "object_id"),
                        name="notification_open_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("batch__isnull", False)),
                        fields=("workspace", "user", "batch", "kind"),
                        name="notification_batch_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Watch",
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
                    "level",
                    models.CharField(
                        choices=[
                            ("all", "Everything"),
                            ("mentions", "Only what names me"),
                            ("none", "Nothing"),
                        ],
                        default="all",
                        max_length=8,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
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
                    models.UniqueConstraint(
                        fields=("workspace", "kind", "object_id", "user"), name="watch_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["all", "mentions", "none"])),
                        name="watch_level",
                    ),
                ],
            },
        ),
    ]
