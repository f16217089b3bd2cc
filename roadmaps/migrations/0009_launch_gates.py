"""Launches of one workspace keep to it, and none goes while a gate is red."""

from django.db import migrations

from core.db import needs_approval, same_workspace

# A launch goes past Go, and out, only when it was worked out within a day, nothing about it is
# stale, and no gate is red that two people, both still known, did not let pass for its day and
# tier. What it says is meant for people (core.db.refusal_in).
MAY_GO = """
CREATE FUNCTION roadmaps_launch_may_go() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    red text;
    words text;
BEGIN
    IF NEW.state NOT IN ('scheduled', 'launched', 'monitor', 'reviewed') THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state = NEW.state
            OR (OLD.state IN ('launched', 'monitor', 'reviewed') AND NEW.state <> 'launched')
        THEN
            RETURN NULL;
        END IF;
    END IF;
    SELECT string_agg(title, '; ') INTO red FROM (
        SELECT g.title FROM roadmaps_redgate g
        WHERE g.workspace_id = NEW.workspace_id AND g.launch_id = NEW.id AND NOT EXISTS (
            SELECT 1 FROM roadmaps_gateoverride o
            WHERE o.workspace_id = g.workspace_id AND o.launch_id = g.launch_id AND o.key = g.key
                AND o.ended_at IS NULL AND o.confirmed_at IS NOT NULL
                AND o.asked_by_id <> o.confirmed_by_id
                AND o.planned_on = NEW.planned_on AND o.tier = NEW.tier
        )
        ORDER BY g.id LIMIT 3
    ) AS gates;
    IF red IS NOT NULL THEN
        words := format('Go is locked: %s.', red);
    ELSIF NOT EXISTS (
        SELECT 1 FROM roadmaps_readiness r
        WHERE r.workspace_id = NEW.workspace_id AND r.launch_id = NEW.id
            AND r.checked_at > clock_timestamp() - interval '1 day'
    ) THEN
        words := 'Go is locked: its readiness was not worked out today.';
    ELSIF EXISTS (
        SELECT 1 FROM workspaces_stalemark s
        WHERE s.workspace_id = NEW.workspace_id AND s.topic = 'readiness'
            AND s.key IN ('launch:' || NEW.id, 'all')
    ) THEN
        words := 'Go is locked: its readiness is being worked out.';
    ELSE
        RETURN NULL;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'needs_approval',
        MESSAGE = words;
END $$;
CREATE TRIGGER roadmaps_launch_may_go AFTER INSERT OR UPDATE ON roadmaps_launch
    FOR EACH ROW EXECUTE FUNCTION roadmaps_launch_may_go();
"""
NO_MORE_GO = """
DROP TRIGGER roadmaps_launch_may_go ON roadmaps_launch;
DROP FUNCTION roadmaps_launch_may_go();
"""
# What was said yes to does not grow behind the backs of those who said it.
SCOPE = """
CREATE FUNCTION roadmaps_launch_scope_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM roadmaps_launch l WHERE l.workspace_id = NEW.workspace_id
            AND l.id = NEW.launch_id
            AND l.state IN ('scheduled', 'launched', 'monitor', 'reviewed')
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'needs_approval',
            MESSAGE = 'Its products and markets were approved.';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER roadmaps_launch_scope_stands AFTER INSERT OR UPDATE ON roadmaps_launchproduct
    FOR EACH ROW EXECUTE FUNCTION roadmaps_launch_scope_stands();
CREATE TRIGGER roadmaps_launch_scope_stands AFTER INSERT OR UPDATE ON roadmaps_launchmarket
    FOR EACH ROW EXECUTE FUNCTION roadmaps_launch_scope_stands();
"""
NO_MORE_SCOPE = """
DROP TRIGGER roadmaps_launch_scope_stands ON roadmaps_launchproduct;
DROP TRIGGER roadmaps_launch_scope_stands ON roadmaps_launchmarket;
DROP FUNCTION roadmaps_launch_scope_stands();
"""
LINKS = {
    "launchtemplate": {"category": "products_category", "market": "products_market"},
    "templatetask": {"template": "roadmaps_launchtemplate"},
    "launch": {"team": "workspaces_team", "template": "roadmaps_launchtemplate"},
    "launchproduct": {"launch": "roadmaps_launch", "product": "products_product"},
    "launchmarket": {"launch": "roadmaps_launch", "market": "products_market"},
    "launchitem": {"launch": "roadmaps_launch", "item": "roadmaps_item"},
    "tierconfirmation": {"launch": "roadmaps_launch"},
    "launchtask": {"launch": "roadmaps_launch"},
    "taskorder": {"before": "roadmaps_launchtask", "after": "roadmaps_launchtask"},
    "closeddays": {"market": "products_market"},
    "specline": {"launch": "roadmaps_launch", "idea": "feedback_idea"},
    "qarun": {"launch": "roadmaps_launch"},
    "rolesignoff": {"launch": "roadmaps_launch"},
    "readinesssnapshot": {"launch": "roadmaps_launch", "weighed": "roadmaps_readinessmodel"},
    "readiness": {"launch": "roadmaps_launch"},
    "redgate": {"launch": "roadmaps_launch"},
    "gateoverride": {"launch": "roadmaps_launch"},
    "manualscore": {"launch": "roadmaps_launch"},
}
RECORDS = ("launchtemplate", "templatetask", "launch", "launchtask", "closeddays", "specline")


class Migration(migrations.Migration):
    dependencies = [("roadmaps", "0008_launches")]

    operations = [
        *(
            same_workspace(f"roadmaps_{child}", "import_run_id", "workspaces_importrun")
            for child in RECORDS
        ),
        *(
            same_workspace(f"roadmaps_{child}", f"{column}_id", parent)
            for child, links in LINKS.items()
            for column, parent in links.items()
        ),
        migrations.RunSQL(MAY_GO, NO_MORE_GO),
        migrations.RunSQL(SCOPE, NO_MORE_SCOPE),
        needs_approval(
            "roadmaps_launch",
            kind="roadmaps.launch",
            gate="go",
            label="Go",
            column="state",
            values=["scheduled", "launched", "monitor", "reviewed"],
            least=2,
            same=["planned_on", "tier"],
        ),
    ]
