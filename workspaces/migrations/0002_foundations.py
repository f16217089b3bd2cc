"""What the database must have before any other table: extensions, and the shared cache table."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.core.management import call_command
from django.db import migrations

from core.db import same_workspace


def make_cache_table(apps, schema_editor):
    """Sign-in limits live here, so that they hold without Redis."""
    call_command("createcachetable", "cache", database=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0001_initial")]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
        same_workspace("workspaces_importrun", "job_id", "workspaces_job"),
        same_workspace("workspaces_importchange", "run_id", "workspaces_importrun"),
    ]
