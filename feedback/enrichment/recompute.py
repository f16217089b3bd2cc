"""Reading notes: language, sentiment and the words that decided it, a batch at a time.

Killed at any moment nothing is lost: what was not read still has its mark, and what was read is
read no other way the second time.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from feedback.enrichment import languages, sentiment
from feedback.inbox.models import Note
from workspaces.staleness.services import BULK, mark_stale

NOTE = Note._meta.label_lower
TOPIC = "reading"
UNREAD = "unread"  # the key for all notes that no current model has read
MODEL = f"{languages.NAME} {sentiment.NAME}"
AT_ONCE = 1_000  # notes in one transaction of a bulk load: about half a second

_SOME = """
SELECT n.id, n.title, left(n.text, %(longest)s), n.language FROM feedback_note n
WHERE n.workspace_id = %(w)s AND n.id = ANY(%(ids)s)
"""
_UNREAD = """
SELECT n.id FROM feedback_note n WHERE n.workspace_id = %(w)s AND NOT EXISTS (
    SELECT FROM feedback_notereading r
    WHERE r.workspace_id = n.workspace_id AND r.note_id = n.id AND r.model = %(model)s)
ORDER BY n.id DESC LIMIT %(most)s
"""
_KEEP = """
INSERT INTO feedback_notereading AS t
    (workspace_id, note_id, language, certainty, sentiment, words, model)
SELECT n.workspace_id, n.id, r.language, r.certainty, r.sentiment, r.words, %(model)s
FROM unnest(%(ids)s::bigint[], %(languages)s::text[], %(certainties)s::numeric[],
    %(sentiments)s::numeric[], %(words)s::jsonb[])
    AS r(id, language, certainty, sentiment, words)
JOIN feedback_note n ON n.workspace_id = %(w)s AND n.id = r.id
ORDER BY n.id
ON CONFLICT (note_id) DO UPDATE SET language = excluded.language, certainty = excluded.certainty,
    sentiment = excluded.sentiment, words = excluded.words, model = excluded.model, read_at = now()
WHERE (t.language, t.certainty, t.sentiment, t.words, t.model) IS DISTINCT FROM
    (excluded.language, excluded.certainty, excluded.sentiment, excluded.words, excluded.model)
"""
_COUNT = """
SELECT count(*) FROM feedback_note n WHERE n.workspace_id = %(w)s AND NOT EXISTS (
    SELECT FROM feedback_notereading r
    WHERE r.workspace_id = n.workspace_id AND r.note_id = n.id AND r.model = %(model)s)
"""


def recompute_readings(workspace_id: int, keys: Sequence[str]) -> None:
    """Read the notes named by `keys` (`note:7`), or the next of those not read yet (`unread`)."""
    ids = [int(key.removeprefix("note:")) for key in keys if key.startswith("note:")]
    _read(workspace_id, ids)
    if UNREAD in keys and read_unread(workspace_id):
        mark_stale(workspace_id, TOPIC, [UNREAD], "more notes to read", urgency=BULK)


def recompute_all_readings(workspace_id: int) -> None:
    """Read every note that no current model has read; the others say what they would say again."""
    while read_unread(workspace_id):
        pass


def read_unread(workspace_id: int) -> int:
    """Read the newest notes that were not read by the current models. How many."""
    rows = _rows(_UNREAD, {"w": workspace_id, "model": MODEL, "most": AT_ONCE})
    _read(workspace_id, [pk for (pk,) in rows])
    return len(rows)


def unread(workspace_id: int) -> int:
    """How many notes the current models have not read yet."""
    return int(_rows(_COUNT, {"w": workspace_id, "model": MODEL})[0][0])


def reading_of(title: str, text: str, said: str) -> tuple[str, float, float | None, list[Any]]:
    """Language, its certainty, sentiment and deciding words. `said` is the source's language."""
    whole = judged_text(title, text)
    found = languages.recognise(whole)
    known = said.strip().lower()[:2] or found.code or found.likeliest
    if known != sentiment.JUDGED:
        return found.code, found.probability, None, []
    judged = sentiment.judge(whole)
    words = [[one.start, one.stop, one.weight] for one in judged.words]
    return found.code, found.probability, judged.score, words


def judged_text(title: str, text: str) -> str:
    """What of a note is read, as the places of words are counted in."""
    words = text.replace("\r\n", "\n")
    return f"{title}\n{words}" if title else words


def _read(workspace_id: int, ids: Sequence[int]) -> None:
    if not ids:
        return
    longest = sentiment.LONGEST
    rows = _rows(_SOME, {"w": workspace_id, "ids": list(ids), "longest": longest})
    made = [(pk, *reading_of(title, text, said)) for pk, title, text, said in rows]
    values: dict[str, Any] = {
        "w": workspace_id,
        "model": MODEL,
        "ids": [one[0] for one in made],
        "languages": [one[1] for one in made],
        "certainties": [round(one[2], 3) for one in made],
        "sentiments": [one[3] for one in made],
        "words": [json.dumps(one[4]) for one in made],
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, values)


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
