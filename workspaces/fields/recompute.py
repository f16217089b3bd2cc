"""The indexes behind custom fields: made where a workspace has many records, gone with the field.

docs/adr says why these and no others. An index belongs to one field of one workspace, so that no
other workspace's values can break it, and is made without holding up writers.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg2 import sql

from workspaces.fields.models import CustomField
from workspaces.records.fields import FieldType
from workspaces.records.kinds import KINDS

MANY = 5_000  # records; below, reading a workspace's records takes no more than 10 ms
ORDERED = (
    FieldType.TEXT,
    FieldType.NUMBER,
    FieldType.MONEY,
    FieldType.PERCENT,
    FieldType.DAY,
    FieldType.MOMENT,
)


def index_kind(workspace_id: int, kind: str) -> list[str]:
    """Make the indexes that are lacking and drop those that no field needs; the names made.

    Not inside a transaction: the indexes are built beside the writers.
    """
    table = KINDS[kind].model._meta.db_table
    with patient():
        return _index(workspace_id, kind, table)


def _index(workspace_id: int, kind: str, table: str) -> list[str]:
    fields = CustomField.objects.in_workspace(workspace_id).filter(kind=kind)
    there = _indexes(table)
    many = _has_many(workspace_id, table)
    made = []
    for field in fields:
        name = name_of(field)
        wanted = many and field.retired_at is None and field.type in ORDERED
        if name in there and not (wanted and there[name]):
            _run("DROP INDEX CONCURRENTLY IF EXISTS {name}", name=name)
        if wanted and not there.get(name):
            _order(workspace_id, table, field)
            made.append(name)
    values = f"cf_{table}_values"
    if there.get(values) is False:
        _run("DROP INDEX CONCURRENTLY IF EXISTS {name}", name=values)
    if many and not there.get(values) and any(one.retired_at is None for one in fields):
        _run(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table} "
            "USING gin (custom jsonb_path_ops)",
            name=values,
            table=table,
        )
        made.append(values)
    return made


@contextmanager
def patient() -> Iterator[None]:
    """Building an index takes as long as it takes."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
        try:
            yield
        finally:
            cursor.execute("RESET statement_timeout; RESET lock_timeout")


def drop_index(field: CustomField) -> None:
    """Drop a field's index at once, before values come that it could not hold."""
    _run("DROP INDEX IF EXISTS {name}", name=name_of(field))


def name_of(field: CustomField) -> str:
    return f"cf_{field.pk}"


def _order(workspace_id: int, table: str, field: CustomField) -> None:
    statement = sql.SQL(
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table} ((custom -> {key}), id) "
        "WHERE workspace_id = {workspace} AND custom ? {key}"
    ).format(
        name=sql.Identifier(name_of(field)),
        table=sql.Identifier(table),
        key=sql.Literal(field.key),
        workspace=sql.Literal(workspace_id),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _run(statement: str, **names: str) -> None:
    parts = {word: sql.Identifier(name) for word, name in names.items()}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**parts))


def _indexes(table: str) -> dict[str, bool]:
    """Our indexes on a table, and whether each was built to its end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, i.indisvalid FROM pg_index i "
            "JOIN pg_class c ON c.oid = i.indexrelid "
            "WHERE i.indrelid = %s::regclass AND c.relname LIKE 'cf\\_%%'",
            [table],
        )
        return dict(cursor.fetchall())


def _has_many(workspace_id: int, table: str) -> bool:
    statement = sql.SQL(
        "SELECT count(*) FROM (SELECT FROM {table} WHERE workspace_id = %s LIMIT %s) AS some"
    ).format(table=sql.Identifier(table))
    with connection.cursor() as cursor:
        cursor.execute(statement, [workspace_id, MANY])
        return bool(cursor.fetchone()[0] >= MANY)
