"""What the room tells the rest of the house at the start."""

from workspaces.audit.relay import Listener, register_listener
from workspaces.search import listening, recompute
from workspaces.staleness.registry import Topic
from workspaces.staleness.registry import register as register_topic


def register() -> None:
    """Called from the app's ready()."""
    register_listener(Listener("search", listening.hear))
    register_topic(
        Topic(
            recompute.TOPIC,
            "Search",
            recompute.recompute_entries,
            recompute.recompute_all_entries,
            order=90,
        )
    )
