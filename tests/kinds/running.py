"""Stage rows by hand and take them through a kind, without files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import connection, transaction

from workspaces.access.actor import Actor
from workspaces.imports import staging
from workspaces.imports.kinds import KINDS, Cell, Outcome, Stage
from workspaces.imports.models import ImportRun


@dataclass
class Result:
    run: ImportRun
    outcome: Outcome
    issues: list[tuple[int, str, str, str]] = field(default_factory=list)


def bring(
    actor: Actor,
    kind_name: str,
    rows: Iterable[Mapping[str, object]],
    on_existing: str = "update",
    options: Mapping[str, str] | None = None,
    mapped: Iterable[str] = (),
    numbers: Iterable[int] | None = None,
) -> Result:
    """Check all rows and merge those without an issue."""
    kind = KINDS[kind_name]
    rows = list(rows)
    run = ImportRun.objects.create(
        workspace=actor.workspace, kind=kind_name, filename="by hand", created_by=actor.user
    )
    names = frozenset(mapped) or frozenset(name for row in rows for name in row)
    staging.create(run.pk, kind)
    table, issues = staging.table_of(run.pk), staging.issues_of(run.pk)
    types = {
        column.name: staging.SQL_TYPES.get(column.cell, column.cell.value)
        for column in kind.columns
    }
    assert Cell.TEXT == "text"
    with connection.cursor() as cursor:
        for number, row in zip(numbers or range(1, len(rows) + 1), rows, strict=False):
            columns = ", ".join(row)
            values = ", ".join(f"%s::{types[name]}" for name in row)
            cursor.execute(
                f"INSERT INTO {table} (row_no, {columns}) VALUES (%s, {values})",
                [number, *row.values()],
            )
    stage = Stage(run.pk, actor, table, issues, on_existing, options or {}, lambda *_: None, names)
    with transaction.atomic():
        kind.check(stage)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT row_no, field, message, remedy FROM {issues} ORDER BY 1, 2, 3")
            found = [tuple(row) for row in cursor.fetchall()]
        outcome = kind.merge(stage)
    staging.drop(run.pk)
    return Result(run, outcome, found)
