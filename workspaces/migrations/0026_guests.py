"""Links for people without an account, who came by them, and the codes mailed to them."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import workspaces.records.models
from core.db import same_workspace


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0025_formulas_in_lists"),
    ]

    operations = [
        migrations.CreateModel(
            name="GuestLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        editable=False, help_text="Such as roadmaps.share.", max_length=30
                    ),
                ),
                ("secret_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "address",
                    models.CharField(
                        blank=True,
                        help_text="A readable address in place of a secret.",
                        max_length=60,
                    ),
                ),
                ("label", models.CharField(help_text="Whom it is for.", max_length=120)),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("open", "Anyone who has the link"),
                            ("password", "Whoever knows a password"),
                            ("email", "People and e-mail domains I name"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("password", models.CharField(blank=True, editable=False, max_length=200)),
                ("domains", models.JSONField(blank=True, default=list)),
                ("people", models.JSONField(blank=True, default=list)),
                (
                    "origins",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Sites that may show it within their pages.",
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("epoch", models.PositiveIntegerField(default=1, editable=False)),
                ("opens", models.PositiveIntegerField(default=0, editable=False)),
                ("opened_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("misses", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "misses_since",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "made_by",
                    models.ForeignKey(
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
                        condition=models.Q(("way__in", ["open", "password", "email"])),
                        name="guestlink_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("way", "password"), _negated=True),
                            models.Q(("password", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="guestlink_has_password",
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["workspace", "kind", "-made_at", "-id"], name="guestlink_newest"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GuestCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                ("nonce", models.CharField(editable=False, max_length=32)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
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
                    "link",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.guestlink",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["workspace", "link", "email", "-id"], name="guestcode_newest"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GuestVisit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("network", models.CharField(blank=True, max_length=50)),
                (
                    "link",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visits",
                        to="workspaces.guestlink",
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
                    models.Index(fields=["workspace", "link", "-id"], name="guestvisit_newest")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="guestlink",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="guestlink_in_workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="guestvisit",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="guestvisit_in_workspace"
            ),
        ),
        same_workspace("workspaces_guestvisit", "link_id", "workspaces_guestlink"),
        same_workspace("workspaces_guestcode", "link_id", "workspaces_guestlink"),
    ]
