"""Ideas, highlights and feedback links as records: their fields, and what their domain forbids."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse

from core.errors import Refused
from feedback.ideas.models import FeedbackLink, Highlight, Idea, IdeaState, IdeaType
from feedback.ideas.recompute import STAKES
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.members.models import Membership
from workspaces.records import refs
from workspaces.records.fields import MARKDOWN, Choice, fields_of_model
from workspaces.records.kinds import Changes, RecordKind, register_record
from workspaces.search.sources import Source, register_source
from workspaces.staleness.services import mark_stale

STATE_TONES = {
    "under_review": "amber",
    "planned": "indigo",
    "in_progress": "indigo",
    "shipped": "green",
    "declined": "red",
}
TYPE_TONES = {"idea": "indigo", "request": "amber", "problem": "red"}


def idea_rules(actor: Actor, row: Any, changes: Changes) -> None:
    """Declining has a reason, merging its own verb, and an owner is a member."""
    before, after = changes.get("state", (None, row.state))
    if "merged_into" not in changes and before != after and "merged" in (before, after):
        raise Refused(
            "Merge it into another idea instead."
            if after == IdeaState.MERGED
            else "It is merged. Take it apart again first."
        )
    if "merged_into" in changes and row.merged_into and row.merged_into.leads_to(row.pk):
        raise Refused(f"“{row.merged_into}” is merged into this one by now.")
    if row.state == IdeaState.DECLINED and not row.declined_because.strip():
        raise ValidationError({"declined_because": ["Say why it is declined."]})
    if changes.get("owner", (None, None))[1] is not None:
        members = Membership.objects.visible_to(actor).active()
        if not members.filter(user=row.owner_id).exists():
            raise ValidationError({"owner": ["That person is no member here."]})


def idea_after(actor: Actor, row: Any, changes: Changes) -> None:
    """A customer's money is split anew when an idea comes, goes or is merged."""
    if {"deleted_at", "merged_into"} & set(changes):
        mark_ideas(actor, {row.pk, *(changes.get("merged_into") or ())})


def moved(actor: Actor, row: Any) -> str:
    """Where the idea opens that this one was merged into, through all it was merged into itself."""
    if row.merged_into_id is None:
        return ""
    seen, at = {row.pk}, row.merged_into
    while at.merged_into_id is not None and at.pk not in seen:
        seen.add(at.pk)
        at = at.merged_into
    return "" if at.deleted_at else refs.url_of(actor, IDEA, at.pk)


def _list(actor: Actor) -> str:
    return reverse("feedback:ideas", args=[actor.workspace.slug])


def highlight_rules(actor: Actor, row: Any, changes: Changes) -> None:
    """A passage lies within its note, and its words are the note's."""
    if not {"note", "start", "stop"} & set(changes):
        return
    if row.pk and "note" in changes:
        raise ValidationError({"note": ["A passage stays in its note."]})
    if None in (row.note_id, row.start, row.stop):
        return
    words = row.note.words
    if not row.start < row.stop <= len(words):
        raise ValidationError({"stop": [f"The note has {len(words)} characters."]})
    row.quote = words[row.start : row.stop]
    if not row.quote.strip():
        raise ValidationError({"stop": ["There are no words in this passage."]})


def link_rules(actor: Actor, row: Any, changes: Changes) -> None:
    """A link leads to an idea that stands for itself; note and customer follow from the passage."""
    if row.pk is None:
        if row.highlight_id and row.note_id is None:
            row.note_id = row.highlight.note_id
        if row.note_id and row.customer_id is None:
            row.customer_id = row.note.customer_id
        if not (row.note_id or row.customer_id):
            row.voter_id = actor.user.pk
    if row.highlight_id and row.highlight.note_id != row.note_id:
        raise ValidationError({"highlight": ["This passage is of another note."]})
    if "idea" in changes and row.idea_id and row.idea.merged_into_id:
        raise ValidationError({"idea": [f"It is merged into “{row.idea.merged_into}”."]})


def link_after(actor: Actor, row: Any, changes: Changes) -> None:
    """Whoever asks for one idea more has less for each other."""
    ideas = {row.idea_id, *(changes.get("idea") or ())}
    customers = {row.customer_id, *(changes.get("customer") or ())}
    mark_ideas(actor, ideas, customers)


def mark_ideas(actor: Actor, ideas: Iterable[Any], customers: Iterable[Any] = ()) -> None:
    """Say that these ideas' stakes, and those of what else their customers ask for, are older."""
    keys = [f"idea:{_id(one)}" for one in ideas if one]
    keys += [f"customer:{_id(one)}" for one in customers if one]
    mark_stale(actor.workspace.pk, STAKES, keys, "what customers ask for changed")


def _id(value: Any) -> int:
    return int(getattr(value, "pk", value))


def _choices(values: Any, tones: dict[str, str]) -> dict[str, Any]:
    found = tuple(Choice(one.value, one.label, tones.get(one.value, "grey")) for one in values)
    return {"choices": found, "required": False}


IDEA = RecordKind(
    model=Idea,
    label="Idea",
    plural="Ideas",
    reads=Perm.FEEDBACK_VIEW,
    writes=Perm.FEEDBACK_EDIT,
    fields=fields_of_model(
        Idea,
        "title",
        "state",
        "type",
        "product",
        "owner",
        "description",
        "declined_because",
        "because_public",
        "public",
        state=_choices(IdeaState, STATE_TONES),
        type=_choices(IdeaType, TYPE_TONES),
        description={"shown": False, **MARKDOWN},
        declined_because={"shown": False},
        because_public={"shown": False, "required": False},
        public={"shown": False, "required": False},
    ),
    list_url=_list,
    rules=idea_rules,
    after=idea_after,
    icon="bulb",
    section="Listen",
    board="state",
    closed=frozenset({IdeaState.SHIPPED, IdeaState.DECLINED, IdeaState.MERGED}),
    searched=("title", "description"),
    hidden=frozenset({"state_before"}),
    public_replies=True,
    moved=moved,
    tabbed=True,
    list_head="feedback/enrichment/list_head.html",
    form_foot="feedback/enrichment/while_typing.html",
    sample="A zip that does not jam · request · Trail Jacket",
)
HIGHLIGHT = RecordKind(
    model=Highlight,
    label="Highlight",
    plural="Highlights",
    reads=Perm.FEEDBACK_VIEW,
    writes=Perm.FEEDBACK_EDIT,
    fields=(
        *fields_of_model(
            Highlight,
            "quote",
            "note",
            "start",
            "stop",
            quote={"editable": False, "required": False, "label": "Words"},
            stop={"help": "Characters of the note's text, the last excluded."},
        ),
    ),
    rules=highlight_rules,
    hidden=frozenset({"quote"}),
    icon="highlight",
    section="Listen",
    named_by=("quote",),
    pasted=False,
)
LINK = RecordKind(
    model=FeedbackLink,
    label="Feedback link",
    plural="Feedback links",
    reads=Perm.FEEDBACK_VIEW,
    writes=Perm.FEEDBACK_EDIT,
    fields=tuple(
        replace(one, perm=Perm.CUSTOMERS_VIEW) if one.name == "customer" else one
        for one in fields_of_model(
            FeedbackLink,
            "idea",
            "importance",
            "note",
            "highlight",
            "customer",
            importance={"required": False},
        )
    ),
    rules=link_rules,
    after=link_after,
    icon="link",
    section="Listen",
    named_by=("importance",),
    pasted=False,
)


def register() -> None:
    """Called from the app's ready()."""
    for kind in (IDEA, HIGHLIGHT, LINK):
        register_record(kind)
    register_source(Source(IDEA.name, Idea, titles=("title",), texts=("description",), meant=True))
