"""The bell of public replies that go out as letters. What is due stands in the rows."""

from celery import shared_task

from core.tasks import work_off
from workspaces.discussion.letters import claim_next, put_off, send


@shared_task
def send_replies() -> None:
    """Send every public reply that is due. Safe to run twice and side by side.

    A worker that dies right after the mail server took a letter sends it once more under the same
    Message-ID.
    """
    work_off(send_replies, claim_next, send, put_off)
