"""Which documents a launch template asks for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("roadmaps", "0009_launch_gates"),
    ]

    operations = [
        migrations.AddField(
            model_name="launchtemplate",
            name="documents",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Templates of the documents it asks for, by commas. "
                "Empty: what its tier asks for.",
                max_length=400,
            ),
        ),
    ]
