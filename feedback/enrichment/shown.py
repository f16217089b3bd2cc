"""A note's reading as pages show it: in words, and where its words stand in the text."""

from dataclasses import dataclass
from decimal import Decimal

from babel import Locale
from babel.core import UnknownLocaleError
from django.db import connection
from django.utils.translation import get_language

from feedback.enrichment.models import NoteReading
from feedback.enrichment.recompute import NEW, READINGS, unread
from feedback.enrichment.sentiment import NEGATIVE, POSITIVE
from feedback.inbox.models import Note
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.staleness.models import StaleMark

SHOWN = 8
# Each language by one probe of the index, not by counting every note.
_LANGUAGES = """
WITH RECURSIVE found AS (
    (SELECT language FROM feedback_notereading WHERE workspace_id = %(w)s AND language > ''
     ORDER BY language LIMIT 1)
    UNION ALL
    SELECT (SELECT language FROM feedback_notereading
            WHERE workspace_id = %(w)s AND language > f.language ORDER BY language LIMIT 1)
    FROM found f WHERE f.language IS NOT NULL
)
SELECT language FROM found WHERE language IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Felt:
    """A passage of the text that decided the sentiment."""

    start: int
    stop: int
    weight: float
    text: str

    @property
    def good(self) -> bool:
        return self.weight > 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A reading in words. `felt`: what decided, the heaviest first, title and text alike.

    `marks`: those of them that stand in the text, with places as the page counts them.
    """

    language: str
    sentiment: Decimal | None
    felt: tuple[Felt, ...]
    marks: tuple[Felt, ...]

    @property
    def words(self) -> str:
        if self.sentiment is None:
            return "not judged"
        if self.sentiment <= NEGATIVE:
            return "sounds negative"
        return "sounds positive" if self.sentiment >= POSITIVE else "sounds neutral"

    @property
    def tone(self) -> str:
        if self.sentiment is None or NEGATIVE < self.sentiment < POSITIVE:
            return "grey"
        return "red" if self.sentiment <= NEGATIVE else "green"


def reading_of(actor: Actor, note: Note) -> Shown | None:
    """What was read out of a note; None while no worker has come to it."""
    row = NoteReading.objects.visible_to(actor).filter(note=note).first()
    if row is None:
        return None
    whole = f"{note.title}\n{note.words}"
    felt = [Felt(start, stop, weight, whole[start:stop]) for start, stop, weight in row.words]
    before = len(note.title) + 1
    marks = [
        Felt(one.start - before, one.stop - before, one.weight, one.text)
        for one in felt
        if one.start >= before
    ]
    name = language_name(row.language) if row.language else ""
    return Shown(name, row.sentiment, tuple(felt[:SHOWN]), tuple(marks))


def languages(actor: Actor) -> list[tuple[str, str]]:
    """The languages notes are written in: codes and names."""
    actor.require(Perm.FEEDBACK_VIEW)
    with connection.cursor() as cursor:
        cursor.execute(_LANGUAGES, {"w": actor.workspace.pk})
        codes = [row[0] for row in cursor.fetchall()]
    return sorted(((code, language_name(code)) for code in codes), key=lambda one: one[1])


def language_name(code: str) -> str:
    """A language by the name the reader knows it by; its code where that is not known."""
    try:
        own = Locale.parse((get_language() or "en").replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        own = Locale("en")
    return own.languages.get(code) or code


def still_to_read(actor: Actor) -> int:
    """How many notes a worker is still to read after a bulk load; 0 when none is known to wait."""
    marks = StaleMark.objects.visible_to(actor).filter(topic=READINGS, key=NEW)
    return unread(actor.workspace.pk) if marks.exists() else 0
