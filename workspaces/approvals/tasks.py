"""The bell of the reminders."""

from celery import shared_task

from workspaces.approvals.reminding import remind_next


@shared_task
def remind_approvers() -> None:
    """Remind approvers of every workspace whose day comes near or is past. Safe to run twice."""
    after = remind_next(0)
    while after:
        after = remind_next(after)
