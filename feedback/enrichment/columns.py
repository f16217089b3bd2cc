"""Language and sentiment as columns and filters of the list of notes, and in the API."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.html import format_html
from rest_framework import serializers

from feedback.enrichment.moods import MOODS, meant
from feedback.enrichment.showing import mood_of
from feedback.inbox.api import NoteSerializer
from feedback.inbox.columns import NOTES
from workspaces.access.actor import Actor
from workspaces.api.rows import extend
from workspaces.records.lists import ListColumn, ListFilter, Shows


def _value(note: Any, name: str) -> Any:
    reading = getattr(note, "reading", None)
    return None if reading is None else getattr(reading, name)


def _mood(note: Any) -> tuple[str, str]:
    return mood_of(getattr(note, "reading", None))


def _tag(actor: Actor, note: Any) -> str:
    mood, tone = _mood(note)
    return format_html('<span class="tag tag-{}">{}</span>', tone, mood) if mood else ""


def _by_mood(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(meant(text)) if text in MOODS else rows.none()


def _by_language(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    if text == "none":
        return rows.filter(Q(reading=None) | Q(reading__language=""))
    return rows.filter(reading__language=text.lower()[:2])


def _moods(actor: Actor) -> Sequence[tuple[str, str]]:
    return list(MOODS.items())


def _column(name: str, label: str, value: Callable[[Any], Any], **more: Any) -> ListColumn:
    more.setdefault("chosen", False)
    return ListColumn(name, label, value, related=("reading",), order=6, **more)


COLUMNS = (
    _column(
        "sentiment",
        "Sentiment, −1 to 1",
        lambda note: _value(note, "sentiment"),
        sort="reading__sentiment",
        shows=Shows.RATING,
        nullable=True,
    ),
    _column("mood", "Sentiment", lambda note: _mood(note)[0], html=_tag, chosen=True),
    _column("recognised_language", "Language recognised", lambda note: _value(note, "language")),
)


def register() -> None:
    """Called from the app's ready()."""
    for column in COLUMNS:
        NOTES.add_column(column)
    NOTES.add_filter(ListFilter("sentiment", "Sentiment", _by_mood, _moods, order=6))
    NOTES.add_filter(ListFilter("recognised_language", "Language, two letters", _by_language))
    language = serializers.CharField(source="reading.language", read_only=True, allow_null=True)
    sentiment = serializers.DecimalField(
        max_digits=5, decimal_places=4, source="reading.sentiment", read_only=True, allow_null=True
    )
    extend(NoteSerializer, {"recognised_language": language, "sentiment": sentiment})
