"""What a note says never changes, and its place in the inbox is a known one."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

KEPT = """
CREATE FUNCTION feedback_note_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what a note says never changes' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'note_keeps_its_words';
END $$;
CREATE TRIGGER note_keeps_its_words BEFORE UPDATE OF title, text ON feedback_note
    FOR EACH ROW WHEN (OLD.title IS DISTINCT FROM NEW.title OR OLD.text IS DISTINCT FROM NEW.text)
    EXECUTE FUNCTION feedback_note_keeps_its_words()
"""
FREE = """
DROP TRIGGER note_keeps_its_words ON feedback_note;
DROP FUNCTION feedback_note_keeps_its_words()
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0004_ideas")]

    operations = [
        AddConstraintNotValid(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["new", "triaged", "linked", "no_action", "snoozed", "spam"])
                ),
                name="note_state",
            ),
        ),
        AddConstraintNotValid(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "snoozed"), _negated=True),
                    ("snoozed_until__isnull", False),
                    _connector="OR",
                ),
                name="note_snoozed_until_a_day",
            ),
        ),
        migrations.RunSQL(KEPT, FREE),
    ]
