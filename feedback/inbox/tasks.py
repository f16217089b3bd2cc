"""What the clock does with notes."""

from celery import shared_task

from feedback.inbox.recompute import wake_notes


@shared_task
def wake_snoozed_notes() -> None:
    """Bring notes back into the inbox whose day has come, in every workspace."""
    wake_notes()
