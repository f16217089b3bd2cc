"""What another key already says is not checked again for every line and every derived row."""

import django.db.models.deletion
from django.db import migrations, models

from core.db import without_key

REPEATED = {
    "orderline": {
        "channel": "products_channel",
        "market": "products_market",
        "account": "finance_account",
    },
    "dailysales": {
        "variant": "products_variant",
        "product": "products_product",
        "channel": "products_channel",
        "market": "products_market",
        "account": "finance_account",
    },
}


class Migration(migrations.Migration):
    dependencies = [("finance", "0003_known_parts_of_costs")]

    operations = [
        *[
            without_key(f"finance_{child}", f"{column}_id", parent)
            for child, columns in REPEATED.items()
            for column, parent in columns.items()
        ],
        migrations.AlterField(
            model_name="orderline",
            name="workspace",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workspaces.workspace",
            ),
        ),
    ]
