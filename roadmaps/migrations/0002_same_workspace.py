"""PostgreSQL refuses a row that points at another workspace's row."""

from django.db import migrations

from core.db import same_workspace


class Migration(migrations.Migration):
    dependencies = [
        ("roadmaps", "0001_initial"),
        ("products", "0002_same_workspace"),
        ("workspaces", "0009_teams_and_listeners"),
    ]

    operations = [
        *(
            same_workspace(f"roadmaps_{child}", "import_run_id", "workspaces_importrun")
            for child in ("objective", "keyresult", "item", "estimate", "dependency")
        ),
        same_workspace("roadmaps_keyresult", "objective_id", "roadmaps_objective"),
        same_workspace("roadmaps_keyresult", "product_id", "products_product"),
        same_workspace("roadmaps_keyresult", "category_id", "products_category"),
        same_workspace("roadmaps_keyresult", "brand_id", "products_brand"),
        same_workspace("roadmaps_keyresult", "channel_id", "products_channel"),
        same_workspace("roadmaps_keyresult", "market_id", "products_market"),
        same_workspace("roadmaps_item", "objective_id", "roadmaps_objective"),
        same_workspace("roadmaps_itemproduct", "item_id", "roadmaps_item"),
        same_workspace("roadmaps_itemproduct", "product_id", "products_product"),
        same_workspace("roadmaps_estimate", "item_id", "roadmaps_item"),
        same_workspace("roadmaps_estimate", "team_id", "workspaces_team"),
        same_workspace("roadmaps_dependency", "before_id", "roadmaps_item"),
        same_workspace("roadmaps_dependency", "after_id", "roadmaps_item"),
    ]
