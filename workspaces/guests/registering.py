"""What the room tells the house."""

from workspaces.guests.cleaning import forget_old_visits
from workspaces.jobs.registry import register_cleaner


def register() -> None:
    """Called from the app's ready()."""
    register_cleaner("old visits of guests", forget_old_visits)
