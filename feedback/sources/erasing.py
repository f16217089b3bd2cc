"""Forgetting an erased customer: whom notes named, and what was refused from their address."""

from django.db.models import Q

from feedback.inbox.models import Clue, Note
from feedback.sources.models import Arrival
from workspaces.audit.models import ActivityEvent


def forget(workspace_id: int, customer: int, email: str) -> None:
    """Take their address and name out of notes and of the log. Part of the caller's transaction.

    What they said stays, and counts: no word of it says who they are.
    """
    clues = Clue.objects.in_workspace(workspace_id)
    theirs = Q(note__customer=customer)
    named = theirs | Q(email__iexact=email) if email else theirs
    notes = list(clues.filter(named).values_list("note_id", flat=True))
    said = Note.objects.with_trash(workspace_id).filter(Q(customer=customer) | Q(pk__in=notes))
    written = list(said.values_list("pk", flat=True))
    said.update(author="")
    events = ActivityEvent.objects.in_workspace(workspace_id).filter(
        model=Note._meta.label_lower, object_id__in=written, changes__has_key="author"
    )
    for event in events:
        event.changes.pop("author")
        event.save(update_fields=["changes"])
    clues.filter(named).update(email="", customer_key="", waits=False)
    came = Arrival.objects.in_workspace(workspace_id)
    sent = theirs | Q(sender__iexact=email) if email else theirs
    came.filter(sent).update(sender="", subject="", raw=None)
