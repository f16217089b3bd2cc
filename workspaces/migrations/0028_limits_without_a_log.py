"""Limits on sign-ins are forgotten by a crash rather than flushed to disk a dozen times a sign-in."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0027_signoff_role")]

    operations = [
        migrations.RunSQL("ALTER TABLE cache SET UNLOGGED", "ALTER TABLE cache SET LOGGED"),
    ]
