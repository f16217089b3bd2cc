"""The statements that search the entries. Each takes the workspace first and is bounded."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection, transaction
from django.db.models import F, QuerySet

from workspaces.search.languages import PLAIN, config_of
from workspaces.search.models import SearchEntry
from workspaces.search.recompute import MARKS

MOST_WORDS = 12
LONGEST_WORD = 60
MOST_HITS = 20_000  # entries looked at; a word in more of them says nothing
WEIGHTS = [0.05, 0.1, 0.3, 1.0]  # of ids, nothing, the text and the title
RANKED_EACH = 300  # of a kind, newest first, before ranking: what ranking may cost
NEAR_ENOUGH = 0.25  # word similarity of a title to what was typed: two swapped letters of six
NEAR_ENOUGH_OF_SEVERAL = 0.45  # where one word is right, it alone would find too many
MOST_NEAR = 300
WORD = re.compile(r"\S*\w\S*")
ID = re.compile(r"\d")  # a word with a digit may be an id, or the beginning of one
FOLDED_LENGTH = 100

Ref = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Question:
    """What was typed, as PostgreSQL understands it. `every` word, or `some` of them."""

    every: str
    some: str
    keys: tuple[str, ...]


class Read(SearchQuery):
    """Words that `ask` has read already."""

    template = "(%(expressions)s)::tsquery"


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found. `of_kind` is how many there are of its kind."""

    kind: str
    pk: int
    of_kind: int = 1

    @property
    def ref(self) -> Ref:
        return self.kind, self.pk


def ask(text: str, language: str) -> Question:
    """Read what was typed: words in the reader's language, the last one perhaps unfinished.

    Nothing in it is an operator, so nothing in it can be wrong.
    """
    words = [word[:LONGEST_WORD] for word in WORD.findall(text)[:MOST_WORDS]]
    typed = text.strip().lower()
    keys = tuple(dict.fromkeys([typed, *filter(ID.search, map(_key, words))])) if typed else ()
    if not words:
        return Question("", "", keys[:1])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.n, numnode(plainto_tsquery(%(own)s::regconfig, w.word)) > 0, "
            "(plainto_tsquery(%(plain)s::regconfig, w.word) "
            "|| plainto_tsquery(%(own)s::regconfig, w.word))::text, "
            "(CASE WHEN w.n = %(last)s THEN "
            "to_tsquery(%(plain)s::regconfig, %(prefix)s) ELSE ''::tsquery END)::text "
            "FROM unnest(%(words)s::text[]) WITH ORDINALITY AS w(word, n) ORDER BY w.n",
            {
                "own": config_of(language),
                "plain": PLAIN,
                "words": words,
                "last": len(words),
                "prefix": _prefix(words[-1]),
            },
        )
        read = cursor.fetchall()
    weighty = [row for row in read if row[1]] or read
    parts = [" | ".join(f"( {way} )" for way in row[2:] if way) for row in weighty]
    parts = [f"( {part} )" for part in parts if part]
    return Question(" & ".join(parts), " | ".join(parts), keys)


def _key(word: str) -> str:
    return word.strip(".,;:!?()[]{}\"'“”„").lower()


def _prefix(word: str) -> str:
    quoted = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}':*"


def exact(workspace_id: int, kinds: Sequence[str], question: Question, most: int) -> list[Hit]:
    """Entries of which one id is what was typed, or one word of it; then those whose id begins
    so. The words index finds them: ids stand in it whole."""
    if not question.keys:
        return []
    typed = question.keys[0]
    asked = " | ".join(_lexeme(key) for key in question.keys)
    if ID.search(typed):
        asked += f" | {_lexeme(typed)}:*"
    rows = _rows(
        "SELECT kind, object_id FROM (SELECT kind, object_id, keys, "
        "CASE WHEN %(typed)s = ANY(keys) THEN 0 WHEN keys && %(keys)s THEN 1 "
        "WHEN %(begins)s AND EXISTS (SELECT FROM unnest(keys) k WHERE starts_with(k, %(typed)s)) "
        "THEN 2 END AS n "
        "FROM workspaces_searchentry WHERE workspace_id = %(w)s AND kind = ANY(%(kinds)s) "
        "AND keys <> '{}' AND vector @@ %(asked)s::tsquery LIMIT %(hits)s) found "
        "WHERE n IS NOT NULL ORDER BY n, kind, object_id LIMIT %(most)s",
        workspace_id,
        kinds=list(kinds),
        typed=typed,
        keys=list(question.keys),
        begins=bool(ID.search(typed)),
        asked=asked,
        hits=MOST_HITS,
        most=most,
    )
    return [Hit(kind, pk) for kind, pk in rows]


def _lexeme(key: str) -> str:
    quoted = key[:200].replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}'"


def worded(workspace_id: int, kinds: Sequence[str], query: str, most: int) -> list[Hit]:
    """Entries with these words, best first, at most so many of each kind."""
    if not query:
        return []
    rows = _rows(
        "SELECT kind, object_id, of_kind FROM ("
        "SELECT p.kind, p.object_id, p.of_kind, p.rank, row_number() OVER "
        "(PARTITION BY p.kind ORDER BY p.rank DESC, p.object_id DESC) AS place FROM ("
        "SELECT h.kind, h.object_id, h.of_kind, "
        "ts_rank(%(weights)s::real[], e.vector, %(q)s::tsquery, 1) AS rank FROM ("
        "SELECT id, kind, object_id, count(*) OVER (PARTITION BY kind) AS of_kind, row_number() "
        "OVER (PARTITION BY kind ORDER BY object_id DESC) AS n FROM ("
        "SELECT id, kind, object_id FROM workspaces_searchentry WHERE workspace_id = %(w)s "
        "AND kind = ANY(%(kinds)s) AND vector @@ %(q)s::tsquery LIMIT %(hits)s) every"
        ") h JOIN workspaces_searchentry e ON e.id = h.id WHERE h.n <= %(each)s) p"
        ") best WHERE place <= %(most)s ORDER BY rank DESC, kind, object_id DESC",
        workspace_id,
        kinds=list(kinds),
        q=query,
        weights=WEIGHTS,
        hits=MOST_HITS,
        each=RANKED_EACH,
        most=most,
    )
    return [Hit(*row) for row in rows]


def among(entries: QuerySet[SearchEntry], query: str, most: int) -> list[int]:
    """The records of some entries that have these words, best first."""
    asked = Read(query)
    rank = SearchRank(F("vector"), asked, weights=WEIGHTS, normalization=1)
    found = entries.filter(vector=asked).annotate(like=rank).order_by("-like", "-object_id")
    return list(found.values_list("object_id", flat=True)[:most])


def near(workspace_id: int, kinds: Sequence[str], text: str) -> tuple[str, list[tuple[Hit, str]]]:
    """What was typed, folded, and entries whose title shares pieces with it, with that title."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            enough = NEAR_ENOUGH if len(text.split()) == 1 else NEAR_ENOUGH_OF_SEVERAL
            cursor.execute(f"SET LOCAL pg_trgm.word_similarity_threshold = {enough}")
        rows = _rows(
            "SELECT lower(unaccent(%(text)s)), kind, object_id, folded FROM workspaces_searchentry "
            "WHERE workspace_id = %(w)s AND kind = ANY(%(kinds)s) "
            "AND lower(unaccent(%(text)s)) <%% folded "
            "ORDER BY word_similarity(lower(unaccent(%(text)s)), folded) DESC, kind, object_id "
            "LIMIT %(most)s",
            workspace_id,
            kinds=list(kinds),
            text=text[:FOLDED_LENGTH],
            most=MOST_NEAR,
        )
    return (rows[0][0] if rows else ""), [(Hit(kind, pk), title) for _, kind, pk, title in rows]


def excerpts(workspace_id: int, refs: Sequence[Ref], query: str) -> dict[Ref, str]:
    """A piece of each entry's text around the words, which stand between the two marks."""
    if not refs or not query:
        return {}
    options = (
        f"StartSel={MARKS[0]}, StopSel={MARKS[1]}, MaxWords=26, MinWords=14, ShortWord=2, "
        "MaxFragments=1"
    )
    rows = _rows(
        "SELECT e.kind, e.object_id, ts_headline(%(plain)s::regconfig, left(e.body, 5000), "
        "%(q)s::tsquery, %(options)s) FROM workspaces_searchentry e "
        "JOIN unnest(%(names)s::text[], %(pks)s::bigint[]) AS r(kind, pk) "
        "ON e.kind = r.kind AND e.object_id = r.pk WHERE e.workspace_id = %(w)s AND e.body <> ''",
        workspace_id,
        plain=PLAIN,
        q=query,
        options=options,
        names=[kind for kind, _ in refs],
        pks=[pk for _, pk in refs],
    )
    return {(kind, pk): text for kind, pk, text in rows}


def _rows(sql: str, workspace_id: int, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"w": workspace_id, **values})
        return list(cursor.fetchall())
