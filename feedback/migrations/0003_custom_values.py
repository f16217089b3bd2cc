"""Where custom fields keep their values."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0002_same_workspace"),
    ]

    operations = [
        migrations.AddField(
            model_name="note",
            name="custom",
            field=models.JSONField(blank=True, db_default={}, default=dict, editable=False),
        ),
    ]
