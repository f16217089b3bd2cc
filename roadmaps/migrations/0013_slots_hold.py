"""Slots of one workspace keep to it, and a launch keeps to the days that were approved for it."""

from django.db import migrations

from core.db import same_workspace

KEEPS = """
CREATE FUNCTION roadmaps_launch_keeps_to_slot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.planned_on <> OLD.planned_on AND EXISTS (
        SELECT 1 FROM roadmaps_launchslot s
        WHERE s.workspace_id = NEW.workspace_id AND s.launch_id = NEW.id AND s.state = 'approved'
            AND NEW.planned_on NOT BETWEEN s.start_on AND s.end_on
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'needs_approval',
            MESSAGE = 'Another slot was approved for it. Propose one to move it.';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER roadmaps_launch_keeps_to_slot AFTER UPDATE OF planned_on ON roadmaps_launch
    FOR EACH ROW EXECUTE FUNCTION roadmaps_launch_keeps_to_slot();
"""
NO_MORE = """
DROP TRIGGER roadmaps_launch_keeps_to_slot ON roadmaps_launch;
DROP FUNCTION roadmaps_launch_keeps_to_slot();
"""


class Migration(migrations.Migration):
    dependencies = [("roadmaps", "0012_launch_slots")]

    operations = [
        same_workspace("roadmaps_launchslot", "launch_id", "roadmaps_launch"),
        same_workspace("roadmaps_slotmarket", "slot_id", "roadmaps_launchslot"),
        same_workspace("roadmaps_slotmarket", "market_id", "products_market"),
        migrations.RunSQL(KEEPS, NO_MORE),
    ]
