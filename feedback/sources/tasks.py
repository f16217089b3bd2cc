"""The bells of the mailboxes, on workers of their own: a slow server delays nothing else."""

from celery import shared_task

from core.tasks import ring, rung_while
from feedback.sources.polling import claim, mailboxes_due, poll


@rung_while(lambda: bool(mailboxes_due()))
@shared_task
def poll_mailboxes() -> None:
    """Ring for every mailbox that is to be read."""
    for source_id in mailboxes_due():
        ring(poll_mailbox, source_id)


@shared_task
def poll_mailbox(source_id: int) -> None:
    """Read one mailbox. A second bell finds it taken."""
    source = claim(source_id)
    if source is not None and poll(source):
        ring(poll_mailbox, source_id)
