from django.db import migrations, models


class Migration(migrations.Migration):
    """Some systems export one thing in several files, which are imported together."""

    dependencies = [("workspaces", "0003_workspace_trash_and_last_owner")]

    operations = [
        migrations.AddField(
            "importrun",
            "parts",
            models.JSONField(
                default=list,
                help_text=(
                    "Further files of a preset that joins several: [{role, name, filename, size}]."
                ),
            ),
        ),
    ]
