"""What the room tells the rest of the house at the start."""

from feedback.enrichment import columns, listening, recompute, scanning
from workspaces.staleness.registry import Topic
from workspaces.staleness.registry import register as register_topic


def register() -> None:
    """Called from the app's ready()."""
    listening.register()
    columns.register()
    scanning.register_jobs()
    register_topic(
        Topic(
            recompute.TOPIC,
            "Language and sentiment",
            recompute.recompute_readings,
            recompute.recompute_all_readings,
            order=25,
        )
    )
