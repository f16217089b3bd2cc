"""A GTIN typed into a search is found by index."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("products", "0002_same_workspace")]

    operations = [
        AddIndexConcurrently(
            model_name="variant",
            index=models.Index(
                condition=models.Q(("gtin", ""), _negated=True),
                fields=["gtin"],
                name="variant_by_gtin",
            ),
        ),
    ]
