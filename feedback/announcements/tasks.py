"""The bell of announcements' letters. What is due stands in the rows."""

from celery import shared_task

from core.tasks import work_off
from feedback.announcements.letters import claim_next, put_off, send


@shared_task
def send_announcements() -> None:
    """Send every letter that is due. Safe to run twice and side by side.

    A worker that dies right after the mail server took a letter sends it once more under the same
    Message-ID.
    """
    work_off(send_announcements, claim_next, send, put_off)
