"""The bell of announcements' letters. What is due stands in the rows."""

from celery import shared_task

from core.tasks import rung_while, work_off
from feedback.announcements.letters import claim_next, is_due, put_off, send


@rung_while(is_due)
@shared_task
def send_announcements() -> None:
    """Send every letter that is due. Safe to run twice and side by side.

    A worker that dies right after the mail server took a letter sends it once more under the same
    Message-ID.
    """
    work_off(send_announcements, claim_next, send, put_off)
