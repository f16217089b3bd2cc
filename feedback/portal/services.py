"""Making portals, and deciding what of the posts becomes public."""

from typing import Any

from django.db import transaction

from core.errors import NotFound, Refused
from feedback.ideas.models import Idea, IdeaState
from feedback.ideas.records import IDEA
from feedback.ideas.services import link as link_notes
from feedback.inbox.models import Note, NoteState
from feedback.inbox.services import change_note
from feedback.portal.channels import channel_of_its_own
from feedback.portal.models import KIND, Portal
from feedback.portal.records import PORTAL
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.guests import services as guests
from workspaces.guests.services import Gate
from workspaces.records.services import create_record


@transaction.atomic
def create_portal(
    actor: Actor, gate: Gate, *, address: str = "", **values: Any
) -> tuple[Portal, str]:
    """A portal and the secret of its link, which is told this once.

    Raises Denied, Refused or ValidationError naming the fields.
    """
    actor.require(Perm.SHARE_OUTSIDE)
    link, secret = guests.make_link(actor, KIND, gate, address=address)
    values |= {"link": link, "channel": channel_of_its_own(actor, values.get("title", ""))}
    portal: Portal = create_record(actor, PORTAL, values)
    return portal, secret


@transaction.atomic
def make_public(actor: Actor, note: Note) -> Idea:
    """Make a post an idea that portals show; whoever wrote it asks for it.

    Raises Denied, NotFound, Refused or ValidationError.
    """
    actor.require(Perm.FEEDBACK_EDIT)
    _still_new(actor, note)
    values = {
        "title": (note.title or note.text)[:200],
        "description": note.words,
        "state": IdeaState.UNDER_REVIEW.value,
        "public": True,
    }
    idea: Idea = create_record(actor, IDEA, values)
    link_notes(actor, idea.pk, [note])
    change_note(actor, note.pk, seen_version=note.version, state=NoteState.LINKED)
    return idea


@transaction.atomic
def put_aside(actor: Actor, note: Note, *, spam: bool) -> Note:
    """Leave a post in the house, or call it spam. Raises Denied, NotFound or Refused."""
    actor.require(Perm.FEEDBACK_EDIT)
    _still_new(actor, note)
    state = NoteState.SPAM if spam else NoteState.TRIAGED
    return change_note(actor, note.pk, seen_version=note.version, state=state)


def _still_new(actor: Actor, note: Note) -> None:
    rows = Note.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    held = rows.filter(pk=note.pk).first()
    if held is None:
        raise NotFound("That post no longer exists.")
    if held.state != NoteState.NEW:
        raise Refused("Somebody has dealt with it already.")
