"""What becomes of notes in the inbox. Each act is on one note or many, and undone as one."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from core.clock import today
from core.errors import NotFound, Refused
from feedback.ideas import services as ideas
from feedback.ideas.models import USUAL_IMPORTANCE, Highlight, Idea
from feedback.ideas.records import IDEA
from feedback.inbox import services
from feedback.inbox.models import Note, NoteState
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.members.models import Membership
from workspaces.records.changes import assign
from workspaces.records.services import create_record

MOST = 500
DECIDED = {NoteState.LINKED, NoteState.NO_ACTION, NoteState.SPAM}
Values = Callable[[Note], dict[str, Any]]


@transaction.atomic
def set_state(actor: Actor, pks: Sequence[int], state: str, batch: UUID | None = None) -> UUID:
    """Move notes to a state that needs nothing more. Returns the batch that Undo takes back.

    Raises Denied, NotFound or Refused.
    """
    actor.require(Perm.FEEDBACK_EDIT)
    if state not in NoteState.values or state == NoteState.SNOOZED:
        raise Refused("A note cannot be put there.")
    values = {"state": state, "snoozed_until": None}
    return _change(actor, pks, lambda note: values, batch or uuid4())


@transaction.atomic
def snooze(actor: Actor, pks: Sequence[int], until: date) -> UUID:
    """Put notes out of the inbox until a day. Raises Denied, NotFound or Refused."""
    actor.require(Perm.FEEDBACK_EDIT)
    if until <= today(actor.workspace.timezone):
        raise Refused("Choose a day that is still to come.")
    values = {"state": NoteState.SNOOZED.value, "snoozed_until": until}
    return _change(actor, pks, lambda note: values, uuid4())


@transaction.atomic
def assign_to(actor: Actor, pks: Sequence[int], user_id: int | None) -> UUID:
    """Give notes to a member, or to nobody; whoever is given one need not find it as new.

    Raises Denied, NotFound or Refused.
    """
    actor.require(Perm.FEEDBACK_EDIT)
    person = None
    if user_id is not None:
        members = Membership.objects.visible_to(actor).active().select_related("user")
        membership = members.filter(user=user_id).first()
        if membership is None:
            raise Refused("That person is no member here.")
        person = membership.user

    def given(note: Note) -> dict[str, Any]:
        new = note.state == NoteState.NEW and person is not None
        return {"assignee": person} | ({"state": NoteState.TRIAGED.value} if new else {})

    return _change(actor, pks, given, uuid4())


@transaction.atomic
def link_to_idea(
    actor: Actor,
    pks: Sequence[int],
    idea_id: int,
    *,
    importance: int = USUAL_IMPORTANCE,
    passage: Highlight | None = None,
) -> UUID:
    """Say that these notes ask for an idea; they are done with. One batch.

    Raises Denied, NotFound, Refused or ValidationError.
    """
    actor.require(Perm.FEEDBACK_EDIT)
    batch = uuid4()
    with audit.in_batch(batch):
        notes = _locked(actor, pks)
        ideas.link(actor, idea_id, notes, importance=importance, passage=passage)
        values = {"state": NoteState.LINKED.value, "snoozed_until": None}
        return _change(actor, pks, lambda note: values, batch)


@transaction.atomic
def new_idea(
    actor: Actor,
    pks: Sequence[int],
    title: str,
    *,
    importance: int = USUAL_IMPORTANCE,
    passage: Highlight | None = None,
) -> tuple[Idea, UUID]:
    """Make an idea of what these notes say, and link them to it. One batch.

    Raises Denied, NotFound, Refused or ValidationError.
    """
    actor.require(Perm.FEEDBACK_EDIT)
    batch = uuid4()
    with audit.in_batch(batch):
        notes = _locked(actor, pks)
        about = {note.product_id: note.product for note in notes}
        product = next(iter(about.values())) if len(about) == 1 else None
        idea: Idea = create_record(actor, IDEA, {"title": title.strip(), "product": product})
        ideas.link(actor, idea.pk, notes, importance=importance, passage=passage)
        values = {"state": NoteState.LINKED.value, "snoozed_until": None}
        return idea, _change(actor, pks, lambda note: values, batch)


@transaction.atomic
def split(actor: Actor, pk: int, quote: str) -> Note:
    """Make a note of its own of a passage, so that it can be triaged alone. The whole stays.

    A part is counted in no figure, since its whole is. Raises Denied, NotFound or Refused.
    """
    actor.require(Perm.FEEDBACK_EDIT)
    (note,) = _locked(actor, [pk])
    quote = quote.replace("\r\n", "\n").strip()
    if not quote or quote not in note.words:
        raise Refused("Select some words of the note first.")
    return services.create_note(
        actor,
        channel=note.channel,
        product=note.product,
        customer=note.customer,
        author=note.author,
        text=quote,
        language=note.language,
        said_at=note.said_at,
        part_of=note,
    )


def _locked(actor: Actor, pks: Sequence[int]) -> list[Note]:
    """These notes, locked in one order. Raises NotFound, or Refused when they are too many."""
    if len(pks) > MOST:
        raise Refused(f"No more than {MOST} notes at once.")
    rows = Note.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    found = list(
        rows.filter(pk__in=pks).select_related("product", "customer", "channel").order_by("pk")
    )
    if not found or len(found) < len(set(pks)):
        raise NotFound("That note no longer exists.")
    return found


def _change(actor: Actor, pks: Sequence[int], values: Values, batch: UUID) -> UUID:
    """Set what `values` says of each note; those it changes get a version and their history."""
    changed = []
    for note in _locked(actor, pks):
        changes = assign(note, **values(note))
        if changes:
            note.version += 1
            note.updated_at = timezone.now()
            changed.append((note, changes))
    if not changed:
        raise Refused("Nothing was left to change.")
    columns = ["state", "snoozed_until", "assignee", "version", "updated_at"]
    Note.objects.visible_to(actor).bulk_update([note for note, _ in changed], columns)
    audit.record_many(actor, "note.triaged", changed, batch)
    return batch
