"""A deleted workspace waits 30 days; and a workspace never loses its last owner."""

from django.db import migrations, models

FUNCTION = """
CREATE FUNCTION workspaces_keep_an_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Hold the workspace, so that of two owners who leave at once the second sees the first gone.
    PERFORM 1 FROM workspaces_workspace WHERE id = OLD.workspace_id FOR NO KEY UPDATE;
    IF FOUND AND NOT EXISTS (
        SELECT 1 FROM workspaces_membership
        WHERE workspace_id = OLD.workspace_id AND active AND role = 'owner'
    ) THEN
        RAISE EXCEPTION 'workspace % would have no owner', OLD.workspace_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'workspace_has_an_owner';
    END IF;
    RETURN NULL;
END $$
"""

TRIGGERS = """
CREATE CONSTRAINT TRIGGER workspace_has_an_owner
AFTER UPDATE OF role, active ON workspaces_membership DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (
    OLD.active AND OLD.role = 'owner' AND NOT (NEW.active AND NEW.role = 'owner')
) EXECUTE FUNCTION workspaces_keep_an_owner();
CREATE CONSTRAINT TRIGGER workspace_has_an_owner_left
AFTER DELETE ON workspaces_membership DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (OLD.active AND OLD.role = 'owner')
EXECUTE FUNCTION workspaces_keep_an_owner();
"""

UNDO = """
DROP TRIGGER workspace_has_an_owner ON workspaces_membership;
DROP TRIGGER workspace_has_an_owner_left ON workspaces_membership;
DROP FUNCTION workspaces_keep_an_owner();
"""


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0002_foundations")]

    operations = [
        migrations.AddField(
            "workspace",
            "deleted_at",
            models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            "invitation",
            "sent_at",
            models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunSQL(FUNCTION + ";" + TRIGGERS, UNDO),
    ]
