"""For which role somebody signs a document."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0026_guests"),
    ]

    operations = [
        migrations.AddField(
            model_name="signoff",
            name="role",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
    ]
