"""Notes by how they are meant: what each mood is, and a list of notes gathered by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core.templatetags import ui
from feedback.enrichment.models import NoteReading
from feedback.enrichment.sentiment import NEGATIVE, POSITIVE
from feedback.inbox.models import Note
from workspaces.records.listing import Listing

Rows = TypeVar("Rows", bound=QuerySet[Note])
SIZE, COUNTED_TO = 25, 1_000
WAYS = (("", "List"), ("groups", "By sentiment"), ("board", "Board"))
UNKNOWN = "none"
MOODS = {
    "negative": "Negative",
    "neutral": "Neutral",
    "positive": "Positive",
    UNKNOWN: "Unknown",
}
TONES = {"negative": "red", "neutral": "grey", "positive": "green", UNKNOWN: "amber"}


def meant(mood: str, path: str = "reading__sentiment") -> Q:
    """That a note is meant so, by where its sentiment is found."""
    if mood == UNKNOWN:
        return Q(**{path: None})
    if mood == "neutral":
        return Q(**{f"{path}__gt": NEGATIVE, f"{path}__lt": POSITIVE})
    return Q(**{f"{path}__lte": NEGATIVE} if mood == "negative" else {f"{path}__gte": POSITIVE})


def looked_up(rows: Rows, workspace_id: int, mood: str) -> Rows:
    """Notes meant so, each asked as it comes: for queues that show a few of very many, which a
    join would begin with every reading there is. Unknown is a number too: the database takes what
    is null for rare."""
    readings = NoteReading.objects.in_workspace(workspace_id).filter(note=OuterRef("pk"))
    feeling = Subquery(readings.values("sentiment")[:1])
    if mood == UNKNOWN:
        return rows.alias(feeling=Coalesce(feeling, Decimal(2))).filter(feeling__gt=1)
    return rows.alias(feeling=feeling).filter(meant(mood, "feeling"))


@dataclass(frozen=True, slots=True)
class Gathered:
    """The notes of one mood: how many, counted to `COUNTED_TO`, the newest, and all of them."""

    name: str
    label: str
    tone: str
    count: str
    notes: Sequence[Any]
    url: str


def gathered(listing: Listing) -> list[Gathered]:
    """What a list of notes shows, a column for each mood; one mood alone where it is asked for."""
    asked = listing.values.get("sentiment", "")
    return [_one(listing, name) for name in MOODS if asked in ("", name)]


def _one(listing: Listing, name: str) -> Gathered:
    rows = listing.filtered.filter(meant(name))
    count = rows.order_by().values("pk")[: COUNTED_TO + 1].count()
    newest = rows.select_related("reading", "channel", "product").defer("search")
    return Gathered(
        name,
        MOODS[name],
        TONES[name],
        f"{ui.number(COUNTED_TO)}+" if count > COUNTED_TO else ui.number(count),
        list(newest.order_by("-said_at", "-pk")[:SIZE]) if count else [],
        f"?{listing.address(sentiment=name, by='')}",
    )
