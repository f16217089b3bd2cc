"""PostgreSQL refuses a row that points at another workspace's row."""

from django.db import migrations

from core.db import same_workspace

RECORDS = ["account", "customer", "order", "refund", "costrecord", "adspend", "exchangerate"]
LINKS = {
    "customer": {"account": "finance_account"},
    "order": {
        "channel": "products_channel",
        "customer": "finance_customer",
        "account": "finance_account",
        "market": "products_market",
    },
    "orderline": {
        "order": "finance_order",
        "variant": "products_variant",
        "channel": "products_channel",
        "market": "products_market",
        "account": "finance_account",
    },
    "refund": {
        "order_line": "finance_orderline",
        "variant": "products_variant",
        "customer": "finance_customer",
        "channel": "products_channel",
        "market": "products_market",
        "account": "finance_account",
    },
    "costrecord": {"variant": "products_variant"},
    "adspend": {"channel": "products_channel", "product": "products_product"},
    "dailysales": {
        "variant": "products_variant",
        "product": "products_product",
        "channel": "products_channel",
        "market": "products_market",
        "account": "finance_account",
    },
    "productsummary": {"product": "products_product"},
}


class Migration(migrations.Migration):
    dependencies = [("finance", "0001_initial"), ("products", "0002_same_workspace")]

    operations = [
        *[
            same_workspace(f"finance_{record}", "import_run_id", "workspaces_importrun")
            for record in RECORDS
        ],
        *[
            same_workspace(f"finance_{child}", f"{column}_id", parent)
            for child, columns in LINKS.items()
            for column, parent in columns.items()
        ],
    ]
