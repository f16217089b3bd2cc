"""Where custom fields keep their values."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("products", "0003_find_variants_by_gtin"),
    ]

    operations = [
        migrations.AddField(
            model_name="brand",
            name="custom",
            field=models.JSONField(blank=True, db_default={}, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="category",
            name="custom",
            field=models.JSONField(blank=True, db_default={}, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="channel",
            name="custom",
            field=models.JSONField(blank=True, db_default={}, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="market",
            name="custom",
            field=models.JSONField(blank=True, db_default={}, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="product",
            name="custom",
            field=models.JSONField(blank=True, db_default={}, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="supplier",
            name="custom",
            field=models.JSONField(blank=True, db_default={}, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="variant",
            name="custom",
            field=models.JSONField(blank=True, db_default={}, default=dict, editable=False),
        ),
    ]
