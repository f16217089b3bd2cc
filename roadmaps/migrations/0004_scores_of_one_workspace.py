"""PostgreSQL refuses a score that points at another workspace's row."""

from django.db import migrations

from core.db import same_workspace


class Migration(migrations.Migration):
    dependencies = [
        ("roadmaps", "0003_scores"),
    ]

    operations = [
        same_workspace("roadmaps_scoringmodel", "import_run_id", "workspaces_importrun"),
        same_workspace("roadmaps_scoreinput", "import_run_id", "workspaces_importrun"),
        same_workspace("roadmaps_scoreinput", "item_id", "roadmaps_item"),
        same_workspace("roadmaps_scoreinput", "scoring_id", "roadmaps_scoringmodel"),
        same_workspace("roadmaps_modelversion", "scoring_id", "roadmaps_scoringmodel"),
        same_workspace("roadmaps_score", "item_id", "roadmaps_item"),
        same_workspace("roadmaps_score", "scoring_id", "roadmaps_scoringmodel"),
        same_workspace("roadmaps_score", "version_id", "roadmaps_modelversion"),
    ]
