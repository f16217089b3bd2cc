"""The indexes behind custom fields: made where a workspace has many records, gone with the field.

Each belongs to one field of one workspace and is made of the expression that `queries` asks with,
so no other workspace's values can break it or make it grow. docs/adr/0014 has the measurements.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg2 import sql

from workspaces.fields.models import CustomField
from workspaces.records.fields import FieldType
from workspaces.records.kinds import KINDS

MANY = 5_000  # records; a workspace's records up to here are read in a few milliseconds
VALUES = (
    FieldType.TEXT,
    FieldType.CHOICE,
    FieldType.DAY,
    FieldType.MOMENT,
    FieldType.NUMBER,
    FieldType.MONEY,
    FieldType.PERCENT,
    FieldType.YES_NO,
    FieldType.PERSON,
    FieldType.LINK,
)
SHAPES = {
    "value": "((custom -> {key}), id)",
    "several": "USING gin ((custom -> {key}) jsonb_path_ops)",
}


def index_kind(workspace_id: int, kind: str) -> list[str]:
    """Make the indexes that are lacking and drop those that no field needs; the names made.

    Not inside a transaction: the indexes are built beside the writers. What a killed worker left
    half built is dropped and built again.
    """
    table = KINDS[kind].model._meta.db_table
    with patient():
        many = _has_many(workspace_id, table)
        fields = CustomField.objects.in_workspace(workspace_id).filter(kind=kind)
        return [name for field in fields if (name := _index(field, table, many))]


def _index(field: CustomField, table: str, many: bool) -> str:
    """The name of the index that was made for a field; nothing when it has what it needs."""
    wanted = name_of(field) if many and field.retired_at is None else ""
    there = _indexes(field, table)
    for name, whole in there.items():
        if name != wanted or not whole:
            _run(sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(sql.Identifier(name)))
    if not wanted or there.get(wanted):
        return ""
    _run(
        sql.SQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table} {shape} "
            "WHERE workspace_id = {workspace}"
        ).format(
            name=sql.Identifier(wanted),
            table=sql.Identifier(table),
            shape=sql.SQL(SHAPES[_shape(field)]).format(key=sql.Literal(field.key)),
            workspace=sql.Literal(field.workspace_id),
        )
    )
    return wanted


def drop_indexes(field: CustomField) -> None:
    """Drop a field's index at once, before values come that it could not hold."""
    table = KINDS[field.kind].model._meta.db_table
    for name in _indexes(field, table):
        _run(sql.SQL("DROP INDEX IF EXISTS {}").format(sql.Identifier(name)))


def name_of(field: CustomField) -> str:
    """The index a field should have; nothing for long texts, addresses and formulas."""
    return f"cf_{field.pk}_{_shape(field)}" if _shape(field) else ""


def _shape(field: CustomField) -> str:
    if field.type == FieldType.CHOICES:
        return "several"
    return "value" if field.type in VALUES else ""


def _indexes(field: CustomField, table: str) -> dict[str, bool]:
    """The indexes made for a field, and whether each was built to its end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, i.indisvalid FROM pg_index i "
            "JOIN pg_class c ON c.oid = i.indexrelid "
            "WHERE i.indrelid = %s::regclass AND c.relname LIKE %s",
            [table, f"cf\\_{field.pk}\\_%"],
        )
        return dict(cursor.fetchall())


def _has_many(workspace_id: int, table: str) -> bool:
    statement = sql.SQL(
        "SELECT count(*) FROM (SELECT FROM {table} WHERE workspace_id = %s LIMIT %s) AS first"
    ).format(table=sql.Identifier(table))
    with connection.cursor() as cursor:
        cursor.execute(statement, [workspace_id, MANY])
        return bool(cursor.fetchone()[0] >= MANY)


@contextmanager
def patient() -> Iterator[None]:
    """Building an index takes as long as it takes."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
        try:
            yield
        finally:
            cursor.execute("RESET statement_timeout; RESET lock_timeout")


def _run(statement: sql.Composed) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
