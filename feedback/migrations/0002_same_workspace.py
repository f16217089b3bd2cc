"""PostgreSQL refuses a row that points at another workspace's row."""

from django.db import migrations

from core.db import same_workspace


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0001_initial"),
        ("finance", "0002_same_workspace"),
    ]

    operations = [
        same_workspace("feedback_note", "import_run_id", "workspaces_importrun"),
        same_workspace("feedback_note", "channel_id", "products_channel"),
        same_workspace("feedback_note", "product_id", "products_product"),
        same_workspace("feedback_note", "customer_id", "finance_customer"),
        same_workspace("feedback_dailyfeedback", "channel_id", "products_channel"),
        same_workspace("feedback_dailyfeedback", "product_id", "products_product"),
    ]
