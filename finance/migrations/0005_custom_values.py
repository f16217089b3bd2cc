"""Where custom fields keep their values."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0004_keys_checked_once"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="custom",
            field=models.JSONField(blank=True, db_default={}, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="adspend",
            name="custom",
            field=models.JSONField(blank=True, db_default={}, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="costrecord",
            name="custom",
            field=models.JSONField(blank=True, db_default={}, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="customer",
            name="custom",
            field=models.JSONField(blank=True, db_default={}, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="exchangerate",
            name="custom",
            field=models.JSONField(blank=True, db_default={}, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="order",
            name="custom",
            field=models.JSONField(blank=True, db_default={}, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="refund",
            name="custom",
            field=models.JSONField(blank=True, db_default={}, default=dict, editable=False),
        ),
    ]
