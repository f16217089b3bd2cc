"""Approvals, and the triggers that let nothing past them."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import workspaces.records.models
from core.db import same_workspace

# Arguments: kind, gate, column, least, values, same, label; the lists are joined by commas.
GATES = """
CREATE FUNCTION workspaces_needs_approval() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stored jsonb := to_jsonb(NEW);
    before jsonb;
    held jsonb;
    held_before jsonb;
    newest record;
    people integer;
BEGIN
    IF (stored ->> TG_ARGV[2]) IS NULL
        OR NOT (stored ->> TG_ARGV[2]) = ANY (string_to_array(TG_ARGV[4], ',')) THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(jsonb_object_agg(c, stored ->> c), '{}') INTO held
        FROM unnest(string_to_array(TG_ARGV[5], ',')) c;
    IF TG_OP = 'UPDATE' THEN
        before := to_jsonb(OLD);
        SELECT coalesce(jsonb_object_agg(c, before ->> c), '{}') INTO held_before
            FROM unnest(string_to_array(TG_ARGV[5], ',')) c;
        IF before ->> TG_ARGV[2] = stored ->> TG_ARGV[2] AND held_before = held THEN
            RETURN NULL;
        END IF;
    END IF;
    SELECT id, state, covered, requested_by_id INTO newest FROM workspaces_approval
        WHERE workspace_id = NEW.workspace_id AND kind = TG_ARGV[0] AND object_id = NEW.id
            AND gate = TG_ARGV[1] AND state <> 'withdrawn' AND deleted_at IS NULL
        ORDER BY id DESC LIMIT 1;
    IF FOUND AND newest.state IN ('approved', 'conditional') AND newest.covered = held THEN
        SELECT count(DISTINCT d.user_id) INTO people FROM workspaces_approvalstep s
            JOIN workspaces_approver p ON p.step_id = s.id
            JOIN workspaces_decision d ON d.approver_id = p.id
            WHERE s.approval_id = newest.id AND d.verdict <> 'reject'
                AND d.user_id IS DISTINCT FROM newest.requested_by_id;
        IF people >= TG_ARGV[3]::integer THEN
            RETURN NULL;
        END IF;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'needs_approval',
        MESSAGE = format('This needs an approval first: %s.', TG_ARGV[6]);
END $$;
"""
DECIDED = """
CREATE FUNCTION workspaces_approval_is_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM workspaces_approvalstep s WHERE s.approval_id = NEW.id)
        AND NOT EXISTS (
            SELECT 1 FROM workspaces_approvalstep s WHERE s.approval_id = NEW.id AND s.needed > (
                SELECT count(*) FROM workspaces_approver p
                JOIN workspaces_decision d ON d.approver_id = p.id
                WHERE p.step_id = s.id AND d.verdict <> 'reject'
            )
        ) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'needs_approval',
        MESSAGE = 'Its approvers have not said yes.';
END $$;
CREATE TRIGGER workspaces_approval_is_decided AFTER INSERT OR UPDATE OF state
    ON workspaces_approval FOR EACH ROW WHEN (NEW.state IN ('approved', 'conditional'))
    EXECUTE FUNCTION workspaces_approval_is_decided();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0018_teams_come_back"),
    ]

    operations = [
        migrations.CreateModel(
            name="Approval",
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
                ("kind", models.CharField(help_text="Such as products.product.", max_length=60)),
                ("object_id", models.BigIntegerField()),
                ("title", models.CharField(max_length=200)),
                (
                    "asked",
                    models.TextField(blank=True, max_length=10000, verbose_name="what is asked"),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting"),
                            ("approved", "Approved"),
                            ("conditional", "Approved with conditions"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="pending",
                        editable=False,
                        max_length=11,
                    ),
                ),
                ("gate", models.CharField(blank=True, editable=False, max_length=60)),
                ("seen_version", models.PositiveIntegerField(default=0, editable=False)),
                ("covered", models.JSONField(default=dict, editable=False)),
                ("decided_at", models.DateTimeField(blank=True, editable=False, null=True)),
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
                    "requested_by",
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
                        condition=models.Q(
                            (
                                "state__in",
                                ["pending", "approved", "conditional", "rejected", "withdrawn"],
                            )
                        ),
                        name="approval_state",
                    )
                ],
                "indexes": [
                    models.Index(fields=["workspace", "kind", "object_id"], name="approval_about"),
                    models.Index(fields=["workspace", "state", "due_on"], name="approval_due"),
                    models.Index(fields=["workspace", "title", "id"], name="approval_title"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApprovalStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveSmallIntegerField()),
                ("needed", models.PositiveSmallIntegerField(default=1)),
                (
                    "approval",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="workspaces.approval",
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
                        condition=models.Q(("needed__gt", 0)), name="approvalstep_needs_somebody"
                    )
                ],
                "indexes": [
                    models.Index(fields=["workspace", "approval", "place"], name="approvalstep_of")
                ],
            },
        ),
        migrations.CreateModel(
            name="Approver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("passed_on", models.BooleanField(default=False)),
                (
                    "passed_from",
                    workspaces.records.models.WorkspaceLink(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.approver",
                    ),
                ),
                (
                    "step",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="approvers",
                        to="workspaces.approvalstep",
                    ),
                ),
                (
                    "user",
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
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("approve", "approved"),
                            ("conditions", "approved with conditions"),
                            ("reject", "rejected"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True, max_length=5000)),
                (
                    "decided_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "approver",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decision",
                        to="workspaces.approver",
                    ),
                ),
                (
                    "user",
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
                        condition=models.Q(("verdict__in", ["approve", "conditions", "reject"])),
                        name="decision_verdict",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Condition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=200)),
                (
                    "task",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="workspaces.task",
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
                    "decision",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conditions",
                        to="workspaces.decision",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["workspace", "decision"], name="condition_of")],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_on", models.DateField()),
                ("window", models.CharField(max_length=7)),
                (
                    "sent_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "approver",
                    workspaces.records.models.WorkspaceLink(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.approver",
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
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="approval_in_workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("deleted_at", None),
                    ("state", "pending"),
                    models.Q(("gate", ""), _negated=True),
                ),
                fields=("workspace", "kind", "object_id", "gate"),
                name="approval_of_gate_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalstep",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="approvalstep_in_workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="approver",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="approver_in_workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="approver",
            constraint=models.UniqueConstraint(
                fields=("workspace", "step", "user"), name="approver_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                fields=("workspace", "id"), name="decision_in_workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                fields=("workspace", "approver"), name="decision_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                fields=("workspace", "approver", "due_on", "window"), name="reminder_once"
            ),
        ),
        same_workspace("workspaces_approval", "import_run_id", "workspaces_importrun"),
        same_workspace("workspaces_approvalstep", "approval_id", "workspaces_approval"),
        same_workspace("workspaces_approver", "step_id", "workspaces_approvalstep"),
        same_workspace("workspaces_approver", "passed_from_id", "workspaces_approver"),
        same_workspace("workspaces_decision", "approver_id", "workspaces_approver"),
        same_workspace("workspaces_condition", "decision_id", "workspaces_decision"),
        same_workspace("workspaces_condition", "task_id", "workspaces_task"),
        same_workspace("workspaces_reminder", "approver_id", "workspaces_approver"),
        migrations.RunSQL(GATES, "DROP FUNCTION workspaces_needs_approval()"),
        migrations.RunSQL(DECIDED, "DROP FUNCTION workspaces_approval_is_decided() CASCADE"),
    ]
