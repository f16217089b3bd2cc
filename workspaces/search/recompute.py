"""Working the entries out: one statement for one record, for a kind, or for everything alike.

Only what differs is written, so that going over a whole kind again costs little, and what an
import or its undo did without a history of every row is found by comparing.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import connection

from workspaces.records.kinds import KINDS, RecordKind
from workspaces.records.models import RecordQuerySet
from workspaces.search.languages import STEMMERS, UNKNOWN
from workspaces.search.sources import HANGING, Source, custom_keys, own_source, searched_kinds

TOPIC = "search"
WHOLE = "*"
EVERYTHING = "*:*"
LONGEST_BODY = 50_000  # characters; PostgreSQL refuses a vector of more than a megabyte
LONGEST_MEANT = 2_000  # what the model reads of a text
MARKS = "\ue000\ue001"  # excerpts use these two characters, so no text may hold them
SHORTEST_MEANT = 12


def recompute_entries(workspace_id: int, keys: Sequence[str]) -> None:
    """Bring the entries named by `keys` up to date: “kind:id”, “kind:*” for all of a kind, or “*:*”
    for all there are."""
    wanted: dict[str, set[str]] = defaultdict(set)
    if EVERYTHING in keys:
        keys = [*keys, *(f"{kind.name}:{WHOLE}" for kind in searched_kinds())]
    for key in keys:
        kind, _, pk = key.rpartition(":")
        wanted[kind].add(pk)
    for name in sorted(wanted):
        kind_of = KINDS.get(name)
        if kind_of is not None:
            whole = WHOLE in wanted[name]
            ids = None if whole else sorted(int(pk) for pk in wanted[name])
            _bring_up_to_date(workspace_id, kind_of, ids)


def recompute_all_entries(workspace_id: int) -> None:
    """Every kind; entries of kinds that are searched no more go."""
    kinds = searched_kinds()
    for kind in kinds:
        _bring_up_to_date(workspace_id, kind, None)
    strange = "e.workspace_id = %(w)s AND e.kind <> ALL(%(kinds)s)"
    _run(_remove(strange), {"w": workspace_id, "kinds": [kind.name for kind in kinds]})


def _bring_up_to_date(workspace_id: int, kind: RecordKind, ids: list[int] | None) -> None:
    source = own_source(kind)
    if source is None:
        return
    _hold(workspace_id, kind.name, whole=ids is None)
    values = {
        "w": workspace_id,
        "kind": kind.name,
        "ids": ids,
        "custom": custom_keys(workspace_id, kind),
        "marks": MARKS,
    }
    living = _living(source)
    some = "AND e.object_id = ANY(%(ids)s)" if ids is not None else ""
    gone = (
        f"e.workspace_id = %(w)s AND e.kind = %(kind)s {some} AND NOT EXISTS (SELECT FROM "
        f"{source.table} r WHERE r.id = e.object_id AND r.workspace_id = %(w)s {living})"
    )
    _run(_remove(gone), values)
    _run(_write(source, living, some=ids is not None), values)
    if source.meant:
        # A table that has just been filled is planned as if it were empty: row by row then, each
        # time through all that was written so far.
        _run(f"SET LOCAL enable_nestloop = {'off' if ids is None else 'on'}", {})
        _run(_ask_for_meaning(some), values)
        _run("SET LOCAL enable_nestloop = on", {})


def _hold(workspace_id: int, kind: str, *, whole: bool) -> None:
    """Single entries may be worked out side by side, but not beside a whole kind: its statement
    might have read a record before it changed and write the entry after the other did."""
    function = "pg_advisory_xact_lock" if whole else "pg_advisory_xact_lock_shared"
    _run(f"SELECT {function}(hashtextextended(%(key)s, 2))", {"key": f"{workspace_id}:{kind}"})


def _remove(where: str) -> str:
    """The statement that takes entries away, with what they mean."""
    return (
        f"WITH gone AS (SELECT e.id FROM workspaces_searchentry e WHERE {where}), "
        "unmeant AS (DELETE FROM workspaces_searchmeaning m USING gone "
        "WHERE m.workspace_id = %(w)s AND m.entry_id = gone.id) "
        "DELETE FROM workspaces_searchentry e USING gone "
        "WHERE e.id = gone.id AND e.workspace_id = %(w)s"
    )


def _living(source: Source) -> str:
    """Only records that are not in the trash have entries."""
    manager = source.model._default_manager
    return "AND r.deleted_at IS NULL" if isinstance(manager.all(), RecordQuerySet) else ""


def _write(source: Source, living: str, *, some: bool) -> str:
    """The statement that writes the entries that are new or differ."""
    ids = "AND r.id = ANY(%(ids)s)" if some else ""
    sides = HANGING.get(source.kind, [])
    joins = " ".join(_side(one, f"x{number}") for number, one in enumerate(sides))
    codes = ", ".join(f"'{code}'" for code in STEMMERS)
    said = f"lower(left(r.{source.column(source.language)}, 2))" if source.language else "''"
    fresh = (
        f"SELECT r.id, {_title(source)} AS title, {_keys(source, sides)} AS keys, "
        f"{_body(source, sides)} AS body, "
        f"CASE WHEN {said} IN ({codes}) THEN {said} ELSE '{UNKNOWN}' END AS language "
        f"FROM {source.table} r {joins} WHERE r.workspace_id = %(w)s {living} {ids}"
    )
    return (
        "INSERT INTO workspaces_searchentry AS old "
        "(workspace_id, kind, object_id, title, folded, keys, body, language) "
        "SELECT %(w)s, %(kind)s, f.id, f.title, left(lower(unaccent(f.title)), 600), f.keys, "
        f"f.body, f.language FROM ({fresh}) f LEFT JOIN workspaces_searchentry e "
        "ON e.workspace_id = %(w)s AND e.kind = %(kind)s AND e.object_id = f.id "
        "WHERE e.id IS NULL OR (e.title, e.keys, e.body, e.language) "
        "IS DISTINCT FROM (f.title, f.keys, f.body, f.language) ORDER BY f.id "
        "ON CONFLICT (workspace_id, kind, object_id) DO UPDATE SET title = excluded.title, "
        "folded = excluded.folded, keys = excluded.keys, body = excluded.body, "
        "language = excluded.language, updated_at = now()"
    )


def _side(source: Source, alias: str) -> str:
    """The rows of another table that hang on a record, gathered."""
    living = "AND s.deleted_at IS NULL" if _living(source) else ""
    keys = ", ".join(f"s.{source.column(name)}" for name in source.keys)
    texts = ", ".join(f"s.{source.column(name)}" for name in source.texts)
    gathered = f"string_agg(concat_ws(' ', {texts}), ' ' ORDER BY s.id)" if texts else "''"
    each = f"array_agg(ARRAY[{keys}]::text[] ORDER BY s.id)" if keys else "NULL::text[]"
    return (
        f"LEFT JOIN LATERAL (SELECT {each} AS keys, {gathered} AS texts FROM {source.table} s "
        f"WHERE s.workspace_id = r.workspace_id AND s.{source.column(source.link)} = r.id {living}"
        f") {alias} ON true"
    )


def _title(source: Source) -> str:
    """The first title that says something, else the beginning of the text."""
    names = (*source.titles, *source.texts)
    ways = [f"nullif(btrim(left({_plain(source, name)}, 300)), '')" for name in names]
    return f"left(translate(coalesce({', '.join([*ways, repr('')])}), %(marks)s, ''), 300)"


def _keys(source: Source, sides: Sequence[Source]) -> str:
    own = ", ".join(f"r.{source.column(name)}" for name in source.keys)
    parts = [f"SELECT unnest(ARRAY[{own}]::text[]) AS k"] if own else []
    parts += [f"SELECT unnest(x{n}.keys)" for n, one in enumerate(sides) if one.keys]
    if not parts:
        return "'{}'::text[]"
    every = " UNION ALL ".join(parts)
    return (
        f"ARRAY(SELECT DISTINCT lower(btrim(k)) FROM ({every}) each "
        "WHERE btrim(k) <> '' ORDER BY 1)"
    )


def _body(source: Source, sides: Sequence[Source]) -> str:
    """Everything that is text and not the title."""
    titles, texts = source.titles[1:], source.texts
    parts = [f"nullif({_plain(source, name)}, '')" for name in (*titles, *texts)]
    parts += [f"nullif(x{n}.texts, '')" for n, one in enumerate(sides) if one.texts]
    names = {field.name for field in source.model._meta.concrete_fields}
    if "custom" in names:
        parts.append(
            "(SELECT string_agg(c.value, ' ' ORDER BY c.key) FROM jsonb_each_text(r.custom) c "
            "WHERE c.key = ANY(%(custom)s))"
        )
    joined = f"concat_ws(E'\\n', {', '.join(parts)})" if parts else "''"
    return f"left(translate({joined}, %(marks)s, ''), {LONGEST_BODY})"


def _plain(source: Source, name: str) -> str:
    column = f"r.{source.column(name)}"
    return f"array_to_string({column}, ' ')" if source.is_list(name) else f"{column}::text"


def _ask_for_meaning(some: str) -> str:
    """A row without a vector for every entry whose words are new; too short ones mean nothing."""
    words = f"left(e.title || E'\\n' || e.body, {LONGEST_MEANT})"
    return (
        "INSERT INTO workspaces_searchmeaning AS old (workspace_id, entry_id, digest, model) "
        f"SELECT %(w)s, e.id, md5({words})::uuid, '' FROM workspaces_searchentry e "
        "LEFT JOIN workspaces_searchmeaning m ON m.workspace_id = %(w)s AND m.entry_id = e.id "
        f"WHERE e.workspace_id = %(w)s AND e.kind = %(kind)s {some} "
        f"AND length(e.title || e.body) >= {SHORTEST_MEANT} "
        f"AND m.digest IS DISTINCT FROM md5({words})::uuid ORDER BY e.object_id "
        "ON CONFLICT (workspace_id, entry_id) DO UPDATE SET digest = excluded.digest, "
        "model = '', vector = NULL, made_at = NULL"
    )


def _run(sql: str, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
