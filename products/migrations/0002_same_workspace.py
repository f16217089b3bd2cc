"""PostgreSQL refuses a row that points at another workspace's row."""

from django.db import migrations

from core.db import same_workspace

RECORDS = ["brand", "supplier", "category", "channel", "market", "product", "variant"]


class Migration(migrations.Migration):
    dependencies = [("products", "0001_initial"), ("workspaces", "0002_foundations")]

    operations = [
        *[
            same_workspace(f"products_{record}", "import_run_id", "workspaces_importrun")
            for record in RECORDS
        ],
        same_workspace("products_category", "parent_id", "products_category"),
        same_workspace("products_product", "brand_id", "products_brand"),
        same_workspace("products_product", "category_id", "products_category"),
        same_workspace("products_product", "supplier_id", "products_supplier"),
        same_workspace("products_variant", "product_id", "products_product"),
    ]
