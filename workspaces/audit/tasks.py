"""The bell of the relay. What it rings for is in the rows."""

from time import monotonic

from celery import shared_task

from core.tasks import ring
from workspaces.audit.relay import relay_next

TURN_SECONDS = 30.0


@shared_task
def relay_events() -> None:
    """Tell the listeners all that they have not heard. Safe to run twice and side by side."""
    end = monotonic() + TURN_SECONDS
    while relay_next():
        if monotonic() > end:
            ring(relay_events)
            return
