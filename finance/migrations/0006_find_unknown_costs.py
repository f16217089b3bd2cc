"""What sold without a known cost is found without reading what else was sold."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("finance", "0005_custom_values")]

    operations = [
        AddIndexConcurrently(
            model_name="dailysales",
            index=models.Index(
                condition=models.Q(("units_costed__lt", models.F("units"))),
                fields=["workspace", "day"],
                include=(
                    "variant",
                    "units",
                    "units_costed",
                    "gross",
                    "discounts",
                    "net_costed",
                    "currency",
                ),
                name="dailysales_cost_unknown",
            ),
        ),
    ]
