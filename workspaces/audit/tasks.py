"""The bell of the relay. What it rings for is in the rows."""

from time import monotonic

from celery import shared_task

from core.tasks import ring, rung_while
from workspaces.audit.relay import is_untold, relay_next

TURN_SECONDS = 30.0


@rung_while(is_untold)
@shared_task
def relay_events() -> None:
    """Tell the listeners all that they have not heard. Safe to run twice and side by side."""
    end = monotonic() + TURN_SECONDS
    while relay_next():
        if monotonic() > end:
            ring(relay_events)
            return
