"""The dry run: every row checked against its neighbours and the database, every problem kept."""

from dataclasses import dataclass, replace
from typing import Any

from django.db import connection, transaction
from psycopg2 import sql

from workspaces.imports import staging
from workspaces.imports.kinds import Kind, Stage
from workspaces.imports.matching import kind_of
from workspaces.imports.models import ImportRun
from workspaces.imports.spooling import NULL, escape, unescape
from workspaces.imports.values import Habits, Wrong

PAGE = 50


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem of one cell; an empty field means the row as a whole."""

    row_no: int
    field: str
    value: str
    message: str
    remedy: str

    @property
    def line(self) -> int:
        """The row's number as a spreadsheet counts, the header being 1."""
        return self.row_no + 1


def check_all(stage: Stage, kind: Kind) -> dict[str, int]:
    """Check every staged row once more; returns the counts. Inside the caller's transaction."""
    _forget_checks(stage)
    stage.progress(0, 0, "Looking for rows that occur twice")
    if kind.unique_key:
        _find_repeats(stage, kind)
    stage.progress(0, 0, "Comparing with what is there")
    kind.check(stage)
    _mark_refused(stage)
    return counts_of(stage.table, stage.issues)


def counts_of(table: str, issues: str) -> dict[str, int]:
    """How many rows there are, how many are fine, how many problems were found."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "SELECT count(*), count(*) FILTER (WHERE ok), (SELECT count(*) FROM {}) FROM {}"
            ).format(sql.Identifier(issues), sql.Identifier(table))
        )
        rows, fine, found = cursor.fetchone()
    return {"rows": rows, "ok": fine, "errors": rows - fine, "issues": found}


def _forget_checks(stage: Stage) -> None:
    """Back to what reading the cells found: the database may have changed since."""
    issues, table = sql.Identifier(stage.issues), sql.Identifier(stage.table)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DELETE FROM {} WHERE level <> 'cell'").format(issues))
        cursor.execute(
            sql.SQL(
                "UPDATE {table} SET ok = true WHERE NOT ok AND row_no NOT IN "
                "(SELECT row_no FROM {issues})"
            ).format(table=table, issues=issues)
        )


def _mark_refused(stage: Stage) -> None:
    """No row with a problem is ever merged, whoever reported it."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "UPDATE {table} SET ok = false WHERE ok AND row_no IN (SELECT row_no FROM {issues})"
            ).format(table=sql.Identifier(stage.table), issues=sql.Identifier(stage.issues))
        )


def _find_repeats(stage: Stage, kind: Kind) -> None:
    """The second and later rows with the same key are refused."""
    keys = [sql.Identifier(name) for name in kind.key]
    labels = " + ".join(kind.column(name).label for name in kind.key)
    statement = sql.SQL(
        "INSERT INTO {issues} (row_no, field, value, message, remedy, level) "
        "SELECT row_no, %s, key, %s || (first + 1) || '.', %s, 'repeat' FROM ("
        "  SELECT row_no, concat_ws(' · ', {keys}) AS key,"
        "    min(row_no) OVER (PARTITION BY {keys}) AS first"
        "  FROM {table} WHERE ({keys}) IS NOT NULL) AS numbered WHERE row_no > first"
    ).format(
        issues=sql.Identifier(stage.issues),
        table=sql.Identifier(stage.table),
        keys=sql.SQL(", ").join(keys),
    )
    texts = [
        kind.key[0],
        f"The same {labels} stands in line ",
        "Delete one of the two rows, or correct the key.",
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, texts)


def check_row(run: ImportRun, stage: Stage, row_no: int, field: str, text: str) -> list[Issue]:
    """Put a corrected text into a staged row and check that row alone; returns what is left.

    Checks that compare rows of the file with one another are made again before the merge.
    """
    kind = kind_of(run.kind, run.workspace)
    habits = Habits.from_json(run.counts["habits"].get(field) or Habits.new().as_json())
    read = staging.cell_reader(kind.column(field), habits)
    with transaction.atomic(), connection.cursor() as cursor:
        issues, table = sql.Identifier(stage.issues), sql.Identifier(stage.table)
        cursor.execute(
            sql.SQL(
                "DELETE FROM {} WHERE row_no = %s AND (level <> 'cell' OR field IN (%s, ''))"
            ).format(issues),
            [row_no, field],
        )
        value: str | None = None
        try:
            cell = read(escape(text.strip()))
            value = None if cell == NULL else unescape(cell)
        except Wrong as wrong:
            cursor.execute(
                sql.SQL("INSERT INTO {} VALUES (%s, %s, %s, %s, %s, 'cell')").format(issues),
                [row_no, field, text[:500], wrong.message, wrong.remedy],
            )
        cursor.execute("SET LOCAL TIME ZONE %s", [run.workspace.timezone])
        cursor.execute(
            sql.SQL("UPDATE {} SET {} = %s, ok = true WHERE row_no = %s").format(
                table, sql.Identifier(field)
            ),
            [value, row_no],
        )
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        _check_alone(stage, kind, row_no)
        _mark_refused(stage)
    return issues_of_rows(run, row_no=row_no)


def _check_alone(stage: Stage, kind: Kind, row_no: int) -> None:
    """The kind's checks on a stage of one row, and whether its key stands elsewhere."""
    one, found = f"{stage.table}_row", f"{stage.table}_row_issues"
    names = {
        "one": sql.Identifier(one),
        "found": sql.Identifier(found),
        "table": sql.Identifier(stage.table),
        "issues": sql.Identifier(stage.issues),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "DROP TABLE IF EXISTS {one}, {found};"
                "CREATE TEMP TABLE {one} (LIKE {table} INCLUDING DEFAULTS) ON COMMIT DROP;"
                "CREATE TEMP TABLE {found} (LIKE {issues} INCLUDING DEFAULTS) ON COMMIT DROP;"
                "INSERT INTO {one} SELECT * FROM {table} WHERE row_no = %s"
            ).format(**names),
            [row_no],
        )
        kind.check(replace(stage, table=one, issues=found))
        cursor.execute(sql.SQL("INSERT INTO {issues} SELECT * FROM {found}").format(**names))
        if kind.unique_key:
            keys = sql.SQL(", ").join(map(sql.Identifier, kind.key))
            cursor.execute(
                sql.SQL(
                    "INSERT INTO {issues} (row_no, field, value, message, remedy, level) "
                    "SELECT %s, %s, '', 'The same key stands in line ' || min(row_no) + 1 || '.', "
                    "'Delete one of the two rows, or correct the key.', 'repeat' FROM {table} "
                    "WHERE row_no < %s AND ({keys}) = (SELECT {keys} FROM {one} LIMIT 1) "
                    "HAVING count(*) > 0"
                ).format(keys=keys, **names),
                [row_no, kind.key[0], row_no],
            )
        cursor.execute(sql.SQL("DROP TABLE {one}, {found}").format(**names))


def issues_of_rows(
    run: ImportRun,
    *,
    field: str | None = None,
    row_no: int | None = None,
    offset: int = 0,
    limit: int | None = PAGE,
) -> list[Issue]:
    """Problems in the order of the file."""
    where, values = _where(field, row_no)
    statement = sql.SQL(
        "SELECT row_no, field, value, message, remedy FROM {issues} {where} "
        "ORDER BY row_no, field, message LIMIT %s OFFSET %s"
    ).format(issues=sql.Identifier(staging.issues_of(run.pk)), where=where)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, limit, offset])
        return [Issue(*row) for row in cursor.fetchall()]


def _where(field: str | None, row_no: int | None) -> tuple[sql.Composable, list[Any]]:
    parts: list[str] = []
    values: list[Any] = []
    if field is not None:
        parts.append("field = %s")
        values.append(field)
    if row_no is not None:
        parts.append("row_no = %s")
        values.append(row_no)
    return sql.SQL("WHERE " + " AND ".join(parts)) if parts else sql.SQL(""), values


def issues_by_field(run: ImportRun) -> list[tuple[str, int]]:
    """How many problems each field has, most first."""
    statement = sql.SQL("SELECT field, count(*) FROM {} GROUP BY 1 ORDER BY 2 DESC, 1")
    with connection.cursor() as cursor:
        cursor.execute(statement.format(sql.Identifier(staging.issues_of(run.pk))))
        return [(field, count) for field, count in cursor.fetchall()]
