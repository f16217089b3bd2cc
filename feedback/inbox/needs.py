"""What of the inbox needs a member: the notes that were given to them."""

from django.db.models import Count, Min
from django.urls import reverse

from core.templatetags.ui import day
from feedback.inbox.models import Note, NoteState
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records.needs import AMBER, Need, NeedKind, register_need


def notes_given(actor: Actor) -> list[Need]:
    """One line for all notes that are this member's to decide."""
    mine = Note.objects.visible_to(actor).filter(assignee=actor.user)
    undecided = mine.filter(state=NoteState.TRIAGED)
    found = undecided.aggregate(count=Count("pk"), oldest=Min("said_at"))
    count = found["count"]
    if not count:
        return []
    oldest = day(found["oldest"])
    url = reverse("feedback:inbox", args=[actor.workspace.slug])
    return [
        Need(
            f"feedback.inbox:{actor.user.pk}",
            f"{count} note{'s' if count > 1 else ''} to decide",
            f"The oldest is from {oldest}",
            "inbox",
            AMBER,
            "Open",
            f"{url}?state=triaged&whose=mine",
        )
    ]


def register() -> None:
    """Called from the app's ready()."""
    register_need(NeedKind("notes", Perm.FEEDBACK_EDIT, notes_given))
