"""Reading notes in a worker: what has no reading, or one by an older version.

A trigger of the database marks what came in, whatever way it came. Nothing is remembered elsewhere:
killed at any moment, a worker finds the same notes again.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from feedback.enrichment.language import guess
from feedback.enrichment.models import NoteReading
from feedback.enrichment.sentiment import ENGLISH, LONGEST, judge
from feedback.inbox.models import Note
from workspaces.staleness.services import BULK, mark_stale

READINGS, NEW = "readings", "new"
VERSION = 1  # raise it when lexicon or models change: everything is read again
AT_ONCE = 1_000

_UNREAD = """
SELECT n.id, n.title, left(n.text, %(longest)s), n.language FROM feedback_note n
LEFT JOIN feedback_notereading r ON r.workspace_id = n.workspace_id AND r.note_id = n.id
    AND r.read_by = %(version)s
WHERE n.workspace_id = %(workspace)s AND r.id IS NULL {narrowed} ORDER BY n.id DESC LIMIT %(most)s
"""


def recompute_readings(workspace_id: int, keys: Sequence[str]) -> None:
    """Read the notes named by `keys` (`note:7`), or with `new` what is unread, newest first.

    A thousand at once: what is left is marked again, so that a person's note comes in between.
    """
    ids = [int(key.removeprefix("note:")) for key in keys if key.startswith("note:")]
    if ids:
        _read(workspace_id, "AND n.id = ANY(%(ids)s)", len(ids), ids=ids)
    if NEW in keys and _read(workspace_id, "", AT_ONCE) == AT_ONCE:
        mark_stale(workspace_id, READINGS, [NEW], "more notes to read", urgency=BULK)


def recompute_all_readings(workspace_id: int) -> None:
    """Read whatever is unread."""
    while _read(workspace_id, "", AT_ONCE) == AT_ONCE:
        pass


def unread(workspace_id: int) -> int:
    """How many notes have no reading by this version."""
    read = NoteReading.objects.in_workspace(workspace_id).filter(read_by=VERSION).count()
    return max(0, Note.objects.with_trash(workspace_id).count() - read)


def reading(title: str, text: str, language: str) -> dict[str, Any]:
    """Language, sentiment and its words of one note; a language that its source names counts."""
    whole = f"{title}\n{text}".replace("\r\n", "\n")
    found = guess(whole)
    said = language.strip().lower()[:2]
    known = said or (found.code if found and found.kept else "")
    judged = known == ENGLISH or (not known and found is not None and found.code == ENGLISH)
    feeling = judge(whole) if judged else None
    words = feeling.words if feeling else ()
    return {
        "language": known[:8],
        # no word, and not even sure that it is English: nothing can be said
        "sentiment": feeling.value if feeling and (words or known) else None,
        "words": [[one.start, one.stop, one.weight] for one in words],
    }


def _read(workspace_id: int, narrowed: str, most: int, **values: Any) -> int:
    """Read up to `most` of the unread notes. How many there were."""
    values |= {"workspace": workspace_id, "version": VERSION, "most": most, "longest": LONGEST}
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD.format(narrowed=narrowed), values)
        rows = cursor.fetchall()
    NoteReading.objects.bulk_create(
        [
            NoteReading(workspace_id=workspace_id, note_id=pk, read_by=VERSION, **reading(*words))
            for pk, *words in rows
        ],
        update_conflicts=True,
        unique_fields=["workspace", "note"],
        update_fields=["language", "sentiment", "words", "read_by"],
        batch_size=AT_ONCE,
    )
    return len(rows)
