"""The bells of the search index. What they ring for is in the rows."""

from time import monotonic

from celery import shared_task

from core.tasks import ring
from workspaces.search.recompute import TOPIC
from workspaces.staleness.recompute import recompute_next

TURN_SECONDS = 20.0


@shared_task
def index_changed() -> None:
    """Bring entries up to date, most urgent first. Safe to run twice and side by side."""
    end = monotonic() + TURN_SECONDS
    while recompute_next([TOPIC]):
        if monotonic() > end:
            ring(index_changed)
            return
