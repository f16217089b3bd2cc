"""PostgreSQL refuses what points at another workspace's product, market, pack or document."""

from django.db import migrations

from core.db import same_workspace

LINKS = {
    "productattribute": {"product": "product", "category": "category"},
    "evidencedoc": {"replaces": "evidencedoc"},
    "evidencecover": {
        "evidence": "evidencedoc",
        "product": "product",
        "supplier": "supplier",
    },
    "evidencewarning": {"evidence": "evidencedoc"},
    "waiver": {"product": "product", "market": "market"},
    "obligation": {
        "product": "product",
        "market": "market",
        "pack": "rulepack",
        "evidence": "evidencedoc",
    },
}


class Migration(migrations.Migration):
    dependencies = [("products", "0006_compliance")]

    operations = [
        *[
            same_workspace(f"products_{record}", "import_run_id", "workspaces_importrun")
            for record in ("evidencedoc", "obligation")
        ],
        *[
            same_workspace(f"products_{child}", f"{column}_id", f"products_{parent}")
            for child, links in LINKS.items()
            for column, parent in links.items()
        ],
    ]
