"""Guests' words stand in no member's comment, and an address is nobody's name."""

from django.db import migrations, models
from django.db.models import F

SAID = "What a guest said stands under “From outside”."


def part(apps, schema_editor):
    """Take what was copied into members' comments out again: erasing somebody did not reach it."""
    rows = apps.get_model("roadmaps", "GuestComment").objects
    comments = apps.get_model("workspaces", "Comment").objects
    for row in rows.filter(state="published").select_related("share").iterator(500):
        quoted = "\n".join(f"> {line}" for line in _harmless(row.body).splitlines())
        said = f"{_harmless(row.name)}, by the link “{_harmless(row.share.title)}”:\n\n{quoted}"
        copies = comments.filter(workspace_id=row.workspace_id, kind="roadmaps.item")
        copies.filter(object_id=row.item_id, body=said).update(body=SAID)
    rows.filter(name=F("email")).update(name="")
    events = apps.get_model("workspaces", "ActivityEvent").objects
    events.filter(model="roadmaps.guestcomment").update(label="A guest's comment")


def _harmless(text):
    return text.replace("@[", "@ [").replace("#[", "# [")


class Migration(migrations.Migration):
    dependencies = [("roadmaps", "0010_launch_documents"), ("workspaces", "0026_guests")]

    operations = [
        migrations.AlterField(
            model_name="guestcomment",
            name="name",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.RunPython(part, migrations.RunPython.noop),
    ]
