"""Notes by how they are meant: what each mood is, and a list of notes gathered by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from core.templatetags import ui
from feedback.enrichment.sentiment import NEGATIVE, POSITIVE
from workspaces.records.listing import Listing

SIZE, COUNTED_TO = 25, 1_000
WAYS = (("", "List"), ("groups", "By sentiment"), ("board", "Board"))
UNKNOWN = "none"
MOODS = {
    "negative": ("Negative", Q(reading__sentiment__lte=NEGATIVE)),
    "neutral": ("Neutral", Q(reading__sentiment__gt=NEGATIVE, reading__sentiment__lt=POSITIVE)),
    "positive": ("Positive", Q(reading__sentiment__gte=POSITIVE)),
    UNKNOWN: ("Unknown", Q(reading__sentiment=None)),
}
TONES = {"negative": "red", "neutral": "grey", "positive": "green", UNKNOWN: "amber"}


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
    label, meant = MOODS[name]
    rows = listing.filtered.filter(meant)
    count = rows.order_by().values("pk")[: COUNTED_TO + 1].count()
    newest = rows.select_related("reading", "channel", "product").defer("search")
    return Gathered(
        name,
        label,
        TONES[name],
        f"{ui.number(COUNTED_TO)}+" if count > COUNTED_TO else ui.number(count),
        list(newest.order_by("-said_at", "-pk")[:SIZE]) if count else [],
        f"?{listing.address(sentiment=name, by='')}",
    )
