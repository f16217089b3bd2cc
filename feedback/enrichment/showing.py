"""What was read out of a note, as its page shows it."""

from dataclasses import dataclass
from typing import Any

from feedback.enrichment.models import NoteReading
from feedback.enrichment.recompute import judged_text
from feedback.enrichment.sentiment import NEGATIVE, POSITIVE
from feedback.inbox.models import Note

MOST_SAID = 8


@dataclass(frozen=True, slots=True)
class Shown:
    """A reading in words. `words` are (word, weight, good), strongest first; `places` are where
    they stand in the note's text: (start, stop, weight)."""

    reading: NoteReading
    mood: str
    tone: str
    words: list[tuple[str, float, bool]]
    places: list[tuple[int, int, float]]


def mood_of(reading: NoteReading | None) -> tuple[str, str]:
    """A sentiment in a word and its tone; nothing where it is not judged."""
    if reading is None or reading.sentiment is None:
        return "", ""
    if reading.sentiment <= NEGATIVE:
        return "negative", "red"
    return ("positive", "green") if reading.sentiment >= POSITIVE else ("neutral", "grey")


def shown(note: Note) -> Shown | None:
    """What was read out of a note; None before it was."""
    reading: Any = getattr(note, "reading", None)
    if reading is None:
        return None
    whole = judged_text(note.title, note.text)
    shift = len(whole) - len(note.words)
    found: dict[str, float] = {}
    for start, stop, weight in reading.words:
        word = whole[start:stop].lower()
        found[word] = found.get(word, 0.0) + weight
    strongest = sorted(found.items(), key=lambda one: -abs(one[1]))[:MOST_SAID]
    words = [(word, round(weight, 1), weight > 0) for word, weight in strongest if weight]
    places = [(start - shift, stop - shift, weight) for start, stop, weight in reading.words]
    return Shown(reading, *mood_of(reading), words, [one for one in places if one[0] >= 0])
