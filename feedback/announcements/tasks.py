"""The bell of announcements' letters. What is due stands in the rows."""

import logging
from time import monotonic

from celery import shared_task

from core.tasks import ring
from feedback.announcements.letters import claim_next, put_off, send

log = logging.getLogger(__name__)
TURN_SECONDS = 60.0


@shared_task
def send_announcements() -> None:
    """Send every letter that is due. Safe to run twice and side by side.

    A worker that dies right after the mail server took a letter sends it once more under the same
    Message-ID.
    """
    end = monotonic() + TURN_SECONDS
    while (letter := claim_next()) is not None:
        try:
            send(letter)
        except Exception as error:  # the outermost frame of a letter: the others must not wait
            log.exception("letter %s of an announcement was not taken", letter.pk)
            put_off(letter, error)
        if monotonic() > end:
            ring(send_announcements)
            return
