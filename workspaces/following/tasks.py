"""The bell of the letters. What is due stands in the rows."""

import logging
from time import monotonic

from celery import shared_task

from core.tasks import ring
from workspaces.following.letters import claim_next, give_up_lost, put_off, send

log = logging.getLogger(__name__)
TURN_SECONDS = 60.0


@shared_task
def send_letters() -> None:
    """Send every letter that is due. Safe to run twice and side by side.

    A worker that dies before the mail server took a letter leaves it to the next; one that dies
    right after sends it once more under the same Message-ID.
    """
    give_up_lost()
    end = monotonic() + TURN_SECONDS
    while (letter := claim_next()) is not None:
        try:
            send(letter)
        except Exception:  # the outermost frame of a letter: the others must not wait for it
            log.exception("letter %s was not taken", letter.pk)
            put_off(letter)
        if monotonic() > end:
            ring(send_letters)
            return
