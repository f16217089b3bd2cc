"""The three panes of the inbox: the queue, one note, and what stands behind it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.db.models import QuerySet

from core.clock import today
from core.errors import NotFound
from feedback.enrichment import showing
from feedback.enrichment.moods import MOODS
from feedback.ideas import stakes
from feedback.ideas.models import FeedbackLink, Highlight
from feedback.inbox import folding, queue
from feedback.inbox.behind import behind
from feedback.inbox.columns import stars
from feedback.inbox.models import NEGATIVE_UP_TO, Note, NoteState
from feedback.inbox.queue import Asked
from feedback.inbox.quoting import history_at
from products.catalog.models import Channel, Product
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest
from workspaces.access.roles import Perm
from workspaces.members.models import Membership
from workspaces.records.lists import whole_number
from workspaces.records.paging import Sorting, page_at

SIZE = 50
NEWEST = Sorting(("said_at",), descending=True)
BESIDE = ("channel", "product", "assignee", "reading")
LONGEST_MENU = 200
USUAL_SNOOZE = timedelta(days=7)
IMPORTANCES = ("nice to have", "helps", "matters", "a must")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a note's text, the passages it lies in, and how much it says of its sentiment."""

    text: str
    highlights: tuple[int, ...]
    weight: float = 0.0

    @property
    def looks(self) -> str:
        return "is-good" if self.weight > 0 else "is-bad" if self.weight < 0 else ""


def pieces(
    note: Note, passages: list[Highlight], deciding: Sequence[tuple[int, int, float]] = ()
) -> list[Piece]:
    """The text cut where passages and deciding words begin and stop; passages may lie in each
    other."""
    words = note.words
    cuts = sorted(
        {0, len(words), *(p.start for p in passages), *(p.stop for p in passages)}
        | {place for start, stop, _ in deciding for place in (start, stop) if place <= len(words)}
    )
    return [
        Piece(
            words[start:stop],
            tuple(one.pk for one in passages if one.start <= start and stop <= one.stop),
            sum(weight for first, last, weight in deciding if first <= start and stop <= last),
        )
        for start, stop in pairwise(cuts)
    ]


def folded(whole: list[Piece], place: int | None) -> tuple[list[Piece], list[Piece]]:
    """The pieces before a letter's quoted history, and those of it."""
    if place is None:
        return whole, []
    fresh: list[Piece] = []
    quoted: list[Piece] = []
    at = 0
    for piece in whole:
        before, after = piece.text[: max(0, place - at)], piece.text[max(0, place - at) :]
        at += len(piece.text)
        fresh += [replace(piece, text=before)] if before else []
        quoted += [replace(piece, text=after)] if after else []
    return fresh, quoted


def notes(actor: Actor) -> QuerySet[Note]:
    """Notes with what a line of the queue shows."""
    rows = Note.objects.visible_to(actor).annotate(gist=folding.GIST)
    return rows.select_related(*BESIDE).defer("search")


def page(request: WorkspaceRequest) -> dict[str, Any]:
    """The whole inbox as its address asks for it."""
    actor, asked = request.actor, Asked.read(request.GET)
    place = {name: request.GET.get(name, "") for name in ("after", "before")}
    rows = folding.folded(actor, asked).select_related(*BESIDE).defer("search")
    shown = page_at(rows, NEWEST, size=SIZE, **place)
    wanted = whole_number(request.GET.get("note", ""))
    note = next((one for one in shown.rows if one.pk == wanted), None)
    if note is None and wanted is not None:
        note = notes(actor).filter(pk=wanted).first()
    chosen = note is not None
    note = note or next(iter(shown.rows), None)
    ages = queue.by_age(actor)
    same = {pk: queue.in_words(n) for pk, n in folding.others(actor, asked, shown.rows).items()}
    return {
        "asked": asked,
        "rows": [(one, stars(one.rating), _tone(one), same.get(one.pk, "")) for one in shown.rows],
        "chosen": chosen,
        "pager": {
            "label": "Newest first",
            "previous_url": f"?{asked.here}&before={shown.previous}" if shown.previous else "",
            "next_url": f"?{asked.here}&after={shown.next}" if shown.next else "",
        },
        "ages": [(label, queue.in_words(count)) for label, count in ages],
        "waiting": queue.in_words(sum(count for _, count in ages)),
        "states": queue.STATES,
        "ratings": [(name, label) for name, (label, _) in queue.RATINGS.items()],
        "moods": list(MOODS.items()),
        "channels": _channels(actor),
        "product": _product(actor, asked),
        "manages_sources": actor.can(Perm.SOURCES_MANAGE),
        "writes": actor.can(Perm.FEEDBACK_EDIT),
        **(pane(request, note) if note is not None else {"note": None}),
    }


def pane(request: WorkspaceRequest, note: Note) -> dict[str, Any]:
    """One note and what stands behind it."""
    actor = request.actor
    passages = list(
        Highlight.objects.visible_to(actor).filter(note=note).order_by("start", "stop", "pk")
    )
    wanted = whole_number(request.GET.get("passage", ""))
    links = FeedbackLink.objects.visible_to(actor).filter(note=note, idea__deleted_at=None)
    reading = showing.shown(note)
    same = folding.others(actor, Asked.read(request.GET), [note]).get(note.pk, 0)
    whole = pieces(note, passages, reading.places if reading else ())
    fresh, quoted = folded(whole, history_at(note.words))
    return {
        "asked": Asked.read(request.GET),
        "note": note,
        "reading": reading,
        "same": queue.in_words(same + 1) if same else "",
        "again": 1,
        "stars": stars(note.rating),
        "tone": _tone(note),
        "pieces": fresh,
        "quoted": quoted,
        "passage": next((one for one in passages if one.pk == wanted), None),
        "links": [
            (link, stakes.shown(actor, getattr(link.idea, "stake", None)))
            for link in links.select_related("idea__stake", "highlight").order_by("-pk")
        ],
        "edits": actor.can(Perm.FEEDBACK_EDIT),
        "importances": list(enumerate(IMPORTANCES)),
        "people": _people(actor),
        "snooze_until": today(actor.workspace.timezone) + USUAL_SNOOZE,
        **behind(actor, note),
    }


def find(actor: Actor, pk: int) -> Note:
    """The note of a pane. Raises NotFound."""
    note = notes(actor).filter(pk=pk).first()
    if note is None:
        raise NotFound("That note no longer exists.")
    return note


def _tone(note: Note) -> tuple[str, str]:
    """What stands below a note's words: where it stands, else how it is meant."""
    if note.state != NoteState.NEW:
        return note.get_state_display(), "grey"
    if note.rating is None:
        return showing.mood_of(getattr(note, "reading", None))
    if note.rating <= NEGATIVE_UP_TO:
        return "negative", "red"
    return ("middling", "amber") if note.rating < 4 else ("positive", "green")


def _channels(actor: Actor) -> list[tuple[int, str]]:
    rows = Channel.objects.visible_to(actor).order_by("name")
    return list(rows.values_list("pk", "name")[:LONGEST_MENU])


def _product(actor: Actor, asked: Asked) -> Product | None:
    """The product that the address narrows to."""
    pk = whole_number(asked.product)
    return None if pk is None else Product.objects.visible_to(actor).filter(pk=pk).first()


def _people(actor: Actor) -> list[tuple[int, str]]:
    rows = Membership.objects.visible_to(actor).active().select_related("user")
    found = rows.order_by("user__name", "pk")[:LONGEST_MENU]
    return [(one.user_id, str(one.user)) for one in found]
