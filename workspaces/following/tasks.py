"""The bell of the letters. What is due stands in the rows."""

from celery import shared_task

from core.tasks import work_off
from workspaces.following.letters import claim_next, give_up_lost, put_off, send


@shared_task
def send_letters() -> None:
    """Send every letter that is due. Safe to run twice and side by side.

    A worker that dies before the mail server took a letter leaves it to the next; one that dies
    right after sends it once more under the same Message-ID.
    """
    give_up_lost()
    work_off(send_letters, claim_next, send, lambda letter, error: put_off(letter))
