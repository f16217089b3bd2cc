"""What the sample shop's customers ask for: ideas, linked to the notes that say so.

What is older than some weeks has been triaged; the newest notes wait in the inbox.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils import timezone

from feedback.ideas import services
from feedback.ideas.records import IDEA
from feedback.inbox.models import Note, NoteState
from products.catalog.models import Product
from workspaces.access.actor import Actor
from workspaces.members.models import Workspace
from workspaces.records.services import create_record

UNREAD = timedelta(days=9)
MOST_LINKED = 45


class Asked(NamedTuple):
    """An idea, the words of the notes that ask for it, and how much it matters to them."""

    title: str
    type: str
    state: str
    handle: str
    words: Sequence[str]
    importance: int
    description: str = ""
    because: str = ""


ASKED = (
    Asked(
        "A main zip that does not jam",
        "problem",
        "in_progress",
        "trail-jacket",
        ("zip",),
        3,
        "The zip jams half way up. **Ask Atelier Nord** for a sample of another one.",
    ),
    Asked("Sizes of the Kids Puffer that fit", "problem", "planned", "kids-puffer", ("small",), 2),
    Asked("Sleeves in long", "request", "under_review", "", ("sleeve", "long"), 1),
    Asked("Faster delivery", "request", "submitted", "", ("deliver", "parcel", "late"), 2),
    Asked(
        "More colours of the Merino Tee",
        "idea",
        "declined",
        "merino-tee",
        ("colour",),
        0,
        because="Every colour more is stock that stays. We keep the four that sell.",
    ),
)


def add_ideas(workspace: Workspace, actor: Actor) -> None:
    """A few ideas with everything they have behind them."""
    old = Note.objects.in_workspace(workspace.pk).filter(said_at__lt=timezone.now() - UNREAD)
    old.update(state=NoteState.NO_ACTION)
    products = {one.handle: one for one in Product.objects.in_workspace(workspace.pk)}
    for one in ASKED:
        values: dict[str, Any] = {
            "title": one.title,
            "type": one.type,
            "product": products.get(one.handle),
            "description": one.description,
            "owner": actor.user,
            "declined_because": one.because,
            "state": one.state,
        }
        idea = create_record(actor, IDEA, values)
        says = Q()
        for word in one.words:
            says |= Q(text__icontains=word)
        rows = old.filter(says)
        if one.handle in products:
            rows = rows.filter(product=products[one.handle])
        notes = list(rows.order_by("-said_at", "-pk")[:MOST_LINKED])
        for note in notes:
            word = next((each for each in one.words if each in note.words), "")
            passage = services.highlight(actor, note, _sentence(note.words, word)) if word else None
            services.link(actor, idea.pk, [note], importance=one.importance, passage=passage)
        linked = [note.pk for note in notes]
        Note.objects.in_workspace(workspace.pk).filter(pk__in=linked).update(state=NoteState.LINKED)


def _sentence(text: str, word: str) -> str:
    """The sentence of a text that has this word in it."""
    at = text.index(word)
    start = text.rfind(". ", 0, at)
    stop = text.find(".", at)
    return text[start + 2 if start >= 0 else 0 : stop + 1 if stop >= 0 else len(text)]
