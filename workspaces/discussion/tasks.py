"""The bell of public replies that go out as letters. What is due stands in the rows."""

from celery import shared_task

from core.tasks import rung_while, work_off
from workspaces.discussion.letters import claim_next, is_due, put_off, send


@rung_while(is_due)
@shared_task
def send_replies() -> None:
    """Send every public reply that is due. Safe to run twice and side by side.

    A worker that dies right after the mail server took a letter sends it once more under the same
    Message-ID.
    """
    work_off(send_replies, claim_next, send, put_off)
