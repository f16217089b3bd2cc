"""Our tokens live in a table of their own; the empty one of the library would only be in the way.

It refers to people, but belongs to no installed model, so nothing could empty the two together.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0005_api_tokens_and_answers"),
        ("knox", "0009_extend_authtoken_field"),
    ]

    operations = [
        migrations.RunSQL("DROP TABLE IF EXISTS knox_authtoken", migrations.RunSQL.noop),
    ]
