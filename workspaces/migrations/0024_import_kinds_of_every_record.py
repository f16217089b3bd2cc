"""Files hold any kind of record: the name of what they hold may be as long as an address."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0023_public_replies")]

    operations = [
        migrations.AlterField("columnmapping", "kind", models.CharField(max_length=60)),
        migrations.AlterField(
            "importrun",
            "kind",
            models.CharField(help_text="What the file holds, such as products.", max_length=60),
        ),
    ]
