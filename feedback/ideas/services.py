"""Marking passages, linking what people say to ideas, and merging ideas. Each can be undone."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from core.db import lock_keys
from core.errors import NotFound, Refused
from feedback.ideas.models import USUAL_IMPORTANCE, FeedbackLink, Highlight, Idea, IdeaState
from feedback.ideas.records import HIGHLIGHT, IDEA, LINK, mark_ideas
from feedback.inbox.models import Note
from finance.ledger.models import Customer
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.records.services import create_record


@transaction.atomic
def highlight(actor: Actor, note: Note, quote: str, start: int | None = None) -> Highlight:
    """Mark a passage of a note: `quote` at `start`, else where it stands first.

    The same passage is marked once. Raises Denied, or Refused when the note does not say that.
    """
    actor.require(Perm.FEEDBACK_EDIT)
    quote = quote.replace("\r\n", "\n")
    words = note.words
    if start is None or words[start : start + len(quote)] != quote:
        start = words.find(quote)
    if not quote.strip() or start < 0:
        raise Refused("Select some words of the note first.")
    stop = start + len(quote)
    mine = Highlight.objects.visible_to(actor).filter(note=note)
    known = mine.filter(start=start, stop=stop).first()
    if known is not None:
        return known
    made: Highlight = create_record(actor, HIGHLIGHT, {"note": note, "start": start, "stop": stop})
    return made


@transaction.atomic
def link(
    actor: Actor,
    idea_id: int,
    notes: Sequence[Note],
    *,
    importance: int = USUAL_IMPORTANCE,
    passage: Highlight | None = None,
) -> list[FeedbackLink]:
    """Say that whoever wrote these notes asks for an idea. A merged idea passes them on.

    Raises Denied, NotFound, or ValidationError.
    """
    actor.require(Perm.FEEDBACK_EDIT)
    idea = canonical(actor, idea_id)
    values = {"idea": idea, "importance": importance}
    return [
        create_record(
            actor, LINK, values | {"note": note} | ({"highlight": passage} if passage else {})
        )
        for note in notes
    ]


@transaction.atomic
def vote(
    actor: Actor, idea_id: int, *, customer: Customer | None = None, importance: int = 1
) -> FeedbackLink:
    """Ask for an idea oneself, or on behalf of a customer. One's own vote stands once.

    Raises Denied, NotFound, Refused or ValidationError.
    """
    actor.require(Perm.FEEDBACK_EDIT)
    idea = canonical(actor, idea_id)
    if customer is None:
        mine = FeedbackLink.objects.visible_to(actor).filter(voter=actor.user, note=None)
        lock_keys("vote", [f"{actor.workspace.pk}:{idea.pk}:{actor.user.pk}"])
        if mine.filter(idea=idea, customer=None).exists():
            raise Refused("You have voted for this idea already.")
    values: dict[str, Any] = {"idea": idea, "importance": importance}
    if customer is not None:
        actor.require(Perm.CUSTOMERS_VIEW)
        values["customer"] = customer
    made: FeedbackLink = create_record(actor, LINK, values)
    return made


@transaction.atomic
def merge(actor: Actor, pk: int, into: int) -> Idea:
    """Let an idea stand for another too. Nothing moves: `unmerge` leaves all as it was.

    Raises Denied, NotFound, or Refused when it would lead back to itself.
    """
    actor.require(Perm.FEEDBACK_EDIT)
    lock_keys("merge", [str(actor.workspace.pk)])
    target = canonical(actor, into)
    idea = _locked(actor, pk)
    if idea.merged_into_id is not None:
        raise Refused(f"“{idea}” is merged already.")
    if target.pk == idea.pk:
        raise Refused("An idea is not merged into itself.")
    changes: dict[str, tuple[Any, Any]] = {
        "merged_into": (None, target.pk),
        "state": (idea.state, IdeaState.MERGED.value),
    }
    idea.state_before, idea.state = idea.state, IdeaState.MERGED
    idea.merged_into = target
    _save(actor, idea, "idea.merged", changes)
    mark_ideas(actor, [idea.pk, target.pk])
    return idea


@transaction.atomic
def unmerge(actor: Actor, pk: int) -> Idea:
    """Take a merged idea apart again, as it was before. Raises Denied, NotFound or Refused."""
    actor.require(Perm.FEEDBACK_EDIT)
    lock_keys("merge", [str(actor.workspace.pk)])
    idea = _locked(actor, pk)
    if idea.merged_into_id is None:
        raise Refused(f"“{idea}” is not merged.")
    target = idea.merged_into_id
    changes: dict[str, tuple[Any, Any]] = {
        "merged_into": (target, None),
        "state": (IdeaState.MERGED.value, idea.state_before),
    }
    idea.state, idea.merged_into = idea.state_before, None
    _save(actor, idea, "idea.unmerged", changes)
    mark_ideas(actor, [idea.pk, target])
    return idea


def canonical(actor: Actor, pk: int) -> Idea:
    """The idea that stands for this one: itself, or what it was merged into.

    Raises Denied or NotFound.
    """
    actor.require(Perm.FEEDBACK_VIEW)
    seen: set[int] = set()
    while pk not in seen:
        seen.add(pk)
        idea = Idea.objects.visible_to(actor).filter(pk=pk).first()
        if idea is None:
            break
        if idea.merged_into_id is None:
            return idea
        pk = idea.merged_into_id
    raise NotFound("That idea no longer exists.")


def _locked(actor: Actor, pk: int) -> Idea:
    rows = Idea.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    idea = rows.filter(pk=pk).first()
    if idea is None:
        raise NotFound(f"That {IDEA.label.lower()} no longer exists.")
    return idea


def _save(actor: Actor, idea: Idea, verb: str, changes: dict[str, tuple[Any, Any]]) -> None:
    idea.version += 1
    idea.save(update_fields=["state", "state_before", "merged_into", "version", "updated_at"])
    audit.record(actor, verb, idea, changes)
