"""The stage: an unlogged table per import, filled by COPY, in which rows are checked and merged."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.db import connection, transaction
from psycopg2 import sql

from workspaces.access.actor import Actor
from workspaces.imports.generic import generic_of, reading_options
from workspaces.imports.kinds import Cell, Column, Kind, Stage
from workspaces.imports.matching import kind_of, preset_of
from workspaces.imports.models import ImportRun
from workspaces.imports.reading import MAX_CELL
from workspaces.imports.spooling import BEAT_ROWS, NULL, Issues, Spool, escape, spool, unescape
from workspaces.imports.values import Habits, Wrong, reader_of

Progress = Callable[[int, int, str], None]
PREFIX = "import_stage_"
SQL_TYPES = {Cell.CURRENCY: "text", Cell.CHOICE: "text"}
_Text = tuple[int, Column, Callable[[str], str], int, bool]
_Typed = tuple[int, Column, Callable[[str], str], dict[str, str]]
CHUNK = 1 << 18
REMEMBERED = 50_000
MISSING = ("This is needed and the cell is empty.", "Fill in the cell.")


def table_of(run_id: int) -> str:
    return f"{PREFIX}{int(run_id)}"


def issues_of(run_id: int) -> str:
    return f"{PREFIX}{int(run_id)}_issues"


def stage_of(run: ImportRun, actor: Actor, progress: Progress) -> Stage:
    """The stage of an import as its kind sees it."""
    options = reading_options(run, preset_of(run.preset, run.kind))
    mapped = frozenset(run.counts.get("mapped", ()))
    names = table_of(run.pk), issues_of(run.pk)
    return Stage(run.pk, actor, *names, run.on_existing, options, progress, mapped)


def unlimited() -> None:
    """Let the statements of this transaction take as long as a big file needs."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")


def check_keys() -> None:
    """Check every foreign key now, not at the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def exists(run: ImportRun) -> bool:
    """The stage is there with all its rows: a crash of the server empties unlogged tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_regclass(%s), to_regclass(%s)", [table_of(run.pk), issues_of(run.pk)]
        )
        if None in cursor.fetchone():
            return False
        cursor.execute(f"SELECT count(*) FROM {table_of(run.pk)}")  # noqa: S608 - our own name
        return bool(cursor.fetchone()[0] == run.counts.get("rows"))


def has_issues(run: ImportRun) -> bool:
    """What was left out, and why, is still kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [issues_of(run.pk)])
        return cursor.fetchone()[0] is not None


def keep_issues(run_id: int) -> None:
    """From now on a crash of the server no longer empties the table of problems."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {issues_of(run_id)} SET LOGGED")


def drop_rows(run_id: int, *, issues: bool) -> None:
    """Remove the rows of a finished import; its problems too, unless somebody may want them."""
    if issues:
        drop(run_id)
        return
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table_of(run_id)}")


def drop(run_id: int) -> None:
    """Remove an import's stage, if there is one."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table_of(run_id)}, {issues_of(run_id)}")


def create(run_id: int, kind: Kind) -> None:
    """Make the two tables anew."""
    drop(run_id)
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(
            sql.Identifier(column.name), sql.SQL(SQL_TYPES.get(column.cell, column.cell.value))
        )
        for column in kind.columns
    )
    make = sql.SQL(
        "CREATE UNLOGGED TABLE {stage} (row_no bigint NOT NULL, ok boolean NOT NULL DEFAULT true, "
        "{columns}); CREATE UNLOGGED TABLE {issues} (row_no bigint NOT NULL, field text NOT NULL "
        "DEFAULT '', value text NOT NULL DEFAULT '', message text NOT NULL, remedy text NOT NULL "
        "DEFAULT '', level text NOT NULL DEFAULT 'kind')"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            make.format(
                stage=sql.Identifier(table_of(run_id)),
                issues=sql.Identifier(issues_of(run_id)),
                columns=columns,
            )
        )


@transaction.atomic
def fill(run: ImportRun, progress: Progress) -> dict[str, Any]:
    """Read the file into a new stage; returns what `ImportRun.counts` keeps of it."""
    kind = kind_of(run.kind, run.workspace)
    generic = generic_of(run)
    options = reading_options(run, preset_of(run.preset, run.kind))
    create(run.pk, kind)
    with _temporary() as rows, _temporary() as problems:
        issues = Issues(problems)
        found = spool(generic, rows, issues, options, progress)
        agree(found, generic.columns)
        rows.seek(0)
        typed = _typed(rows, generic.columns, found, issues, progress)
        with _zone(run.workspace.timezone):
            names = [column.name for column in generic.columns]
            _copy(table_of(run.pk), ["row_no", "ok", *names], typed)
        problems.seek(0)
        _copy(
            issues_of(run.pk),
            ["row_no", "field", "value", "message", "remedy", "level"],
            (line[:-1] + "\tcell\n" for line in problems),
        )
    _index(run.pk)
    return {
        "rows": found.rows,
        "lines": generic.lines(),
        "mapped": sorted(generic.mapped),
        "habits": {name: habits.as_json() for name, habits in found.habits.items()},
    }


def agree(found: Spool, columns: list[Column]) -> None:
    """Columns of numbers that say nothing of their decimal sign follow those that do."""
    numbers = [
        found.habits[column.name].decimal
        for column in columns
        if column.cell in (Cell.DECIMAL, Cell.INTEGER)
    ]
    signs = {habit.sign() for habit in numbers if habit.sign()}
    mixed = any(habit.points and habit.commas for habit in numbers)
    if len(signs) == 1 and not mixed:
        for habit in numbers:
            habit.chosen = habit.chosen or next(iter(signs))
    dates = [
        found.habits[column.name].dates
        for column in columns
        if column.cell in (Cell.DATE, Cell.MOMENT)
    ]
    day_first = any(habit.day_first for habit in dates)
    month_first = any(habit.month_first for habit in dates)
    if day_first != month_first:
        for habit_of_dates in dates:
            habit_of_dates.day_first, habit_of_dates.month_first = day_first, month_first


def _typed(
    rows: IO[str], columns: list[Column], found: Spool, issues: Issues, progress: Progress
) -> Iterator[str]:
    """The spooled rows with every typed cell as PostgreSQL reads it."""
    texts, readers = _readers(columns, found)
    for count, line in enumerate(rows, start=1):
        cells = line[:-1].split("\t")
        for place, column, read, room, needed in texts:
            cell = cells[place]
            if len(cell) > room or (needed and cell == NULL):
                _read(cells, place, column, read, issues)
        for place, column, read, known in readers:
            cell = cells[place]
            typed = known.get(cell)
            if typed is not None:
                cells[place] = typed
            elif _read(cells, place, column, read, issues):
                if len(known) >= REMEMBERED:
                    known.clear()
                known[cell] = cells[place]
        yield "\t".join(cells) + "\n"
        if count % BEAT_ROWS == 0:
            progress(count, found.rows, f"Checking: {count:,} of {found.rows:,} rows")


def _readers(columns: list[Column], found: Spool) -> tuple[list[_Text], list[_Typed]]:
    """What to look at in a row: texts that are needed or bounded, and all that is no text."""
    texts, readers = [], []
    for place, column in enumerate(columns, start=2):
        read = cell_reader(column, found.habits[column.name])
        if column.cell != Cell.TEXT:
            readers.append((place, column, read, {} if column.required else {NULL: NULL}))
        elif column.required or column.max_length:
            texts.append((place, column, read, column.max_length or MAX_CELL, column.required))
    return texts, readers


def _read(
    cells: list[str], place: int, column: Column, read: Callable[[str], str], issues: Issues
) -> bool:
    """Read one cell in place; what cannot be read is reported and refuses the row."""
    try:
        cells[place] = read(cells[place])
    except Wrong as wrong:
        text = unescape(cells[place])
        issues.add(int(cells[0]), column.name, text, wrong.message, wrong.remedy)
        cells[place], cells[1] = NULL, "f"
        return False
    return True


def cell_reader(column: Column, habits: Habits) -> Callable[[str], str]:
    """From a spooled cell to a typed one. Raises Wrong."""
    read = reader_of(column, habits)

    def reader(cell: str) -> str:
        if cell == NULL:
            if column.required:
                raise Wrong(*MISSING)
            return cell
        return escape(read(unescape(cell)))

    return reader


class _Lines:
    """Lines as the file that COPY reads."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def read(self, size: int = CHUNK) -> str:
        parts, length = [], 0
        for line in self._lines:
            parts.append(line)
            length += len(line)
            if length >= size:
                break
        return "".join(parts)


def _copy(table: str, columns: list[str], lines: Iterator[str]) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with connection.cursor() as cursor:
        cursor.copy_expert(command.as_string(cursor.cursor), _Lines(lines), CHUNK)


def _index(run_id: int) -> None:
    with connection.cursor() as cursor:
        for table in (table_of(run_id), issues_of(run_id)):
            cursor.execute(f"CREATE INDEX ON {table} (row_no)")
            cursor.execute(f"ANALYZE {table}")


@contextmanager
def _zone(name: str) -> Iterator[None]:
    """Moments without a zone are read in this one."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE %s", [name])
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")


@contextmanager
def _temporary() -> Iterator[IO[str]]:
    """A scratch file on disk that vanishes with its last reader, kill -9 included."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n", buffering=CHUNK) as file:
        yield file
