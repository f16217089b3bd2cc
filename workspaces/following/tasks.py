"""The bell of the letters. What is due stands in the rows."""

from celery import shared_task

from core.tasks import rung_while, work_off
from workspaces.following.letters import claim_next, give_up_lost, is_due, put_off, send


@rung_while(is_due)
@shared_task
def send_letters() -> None:
    """Send every letter that is due. Safe to run twice and side by side.

    A worker that dies before the mail server took a letter leaves it to the next; one that dies
    right after sends it once more under the same Message-ID.
    """
    give_up_lost()
    work_off(send_letters, claim_next, send, lambda letter, error: put_off(letter))
