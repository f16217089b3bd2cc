"""The first pass over a file: clean the cells, learn how columns write, spool the rows to disk.

Spooled rows are in PostgreSQL's COPY text format, so that the second pass only has to read the
typed cells and can pass every text on as it stands.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO

from core.csv import GUARD, plain
from core.errors import Refused
from workspaces.imports.generic import Generic
from workspaces.imports.kinds import Cell, Column
from workspaces.imports.reading import Line
from workspaces.imports.values import Habits

NULL = "\\N"
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_UNESCAPE = re.compile(r"\\([\\tnr])")
_ESCAPED = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
BEAT_ROWS = 5_000
MAX_ISSUES = 500_000


def escape(text: str) -> str:
    """A text as a cell of COPY's text format; nothing becomes NULL."""
    return text.translate(ESCAPES) if text else NULL


def unescape(cell: str) -> str:
    """What `escape` was given."""
    if cell == NULL:
        return ""
    return _UNESCAPE.sub(lambda found: _ESCAPED[found[1]], cell) if "\\" in cell else cell


@dataclass(slots=True)
class Issues:
    """Problems on their way to the issues table; a file that is all wrong is given up."""

    out: IO[str]
    count: int = 0

    def add(self, number: int, field_name: str, value: str, message: str, remedy: str) -> None:
        self.count += 1
        if self.count > MAX_ISSUES:
            raise Refused(
                f"More than {MAX_ISSUES:,} cells cannot be read: the columns are probably matched "
                "wrongly. Match them again."
            )
        shown = CONTROL.sub("\ufffd", value[:500])
        cells = (str(number), field_name, shown, message, remedy)
        self.out.write("\t".join(cell.translate(ESCAPES) for cell in cells) + "\n")


@dataclass(slots=True)
class Spool:
    """What the first pass found out."""

    rows: int = 0
    habits: dict[str, Habits] = field(default_factory=dict)


def spool(
    generic: Generic,
    out: IO[str],
    issues: Issues,
    options: dict[str, str],
    progress: Callable[[int, int, str], None],
) -> Spool:
    """Write every row as `row_no, ok, cells…`; returns how many and how their columns write."""
    found = Spool(habits=_habits(generic.columns, options))
    observers = _observers(generic.columns, found.habits)
    bad: set[int] = set()

    def note(line: Line) -> None:
        bad.add(line.number)
        issues.add(line.number, "", "", line.problem, line.remedy)

    for number, cells in edited(generic, note):
        texts = [cell.strip() for cell in cells]
        if _unusual("".join(texts)):
            texts, fine = _cleaned(number, texts, generic.columns, issues)
            if not fine:
                bad.add(number)
        for place, observe in observers:
            if texts[place]:
                observe(texts[place])
        flag = "f" if number in bad else "t"
        out.write(f"{number}\t{flag}\t" + "\t".join([text or NULL for text in texts]) + "\n")
        found.rows += 1
        if found.rows % BEAT_ROWS == 0:
            position = min(generic.position(), generic.size)
            progress(position, generic.size, f"Reading: {found.rows:,} rows")
    return found


def _unusual(text: str) -> bool:
    """Something in it must be escaped, unguarded or refused: then cells are looked at singly."""
    return not text.isprintable() or "\\" in text or GUARD in text or "\ufffd" in text


def edited(generic: Generic, note: Callable[[Line], None]) -> Iterator[tuple[int, list[str]]]:
    """The rows with the cells that a person has corrected."""
    places = {column.name: place for place, column in enumerate(generic.columns)}
    if not generic.edits:
        yield from generic.rows(note)
        return
    for number, cells in generic.rows(note):
        for name, text in generic.edits.get(number, {}).items():
            if name in places:
                cells[places[name]] = text
        yield number, cells


def _habits(columns: list[Column], options: dict[str, str]) -> dict[str, Habits]:
    decimal, order = options.get("decimal", ""), options.get("date_order", "")
    return {column.name: Habits.new(decimal, order) for column in columns}


def _observers(
    columns: list[Column], habits: dict[str, Habits]
) -> list[tuple[int, Callable[[str], None]]]:
    """For each column of numbers or dates, something to show its cells to."""
    observers: list[tuple[int, Callable[[str], None]]] = []
    for place, column in enumerate(columns):
        if column.cell in (Cell.DECIMAL, Cell.INTEGER):
            observers.append((place, habits[column.name].decimal.observe))
        elif column.cell in (Cell.DATE, Cell.MOMENT):
            observers.append((place, habits[column.name].dates.observe))
    return observers


def _cleaned(
    number: int, texts: list[str], columns: list[Column], issues: Issues
) -> tuple[list[str], bool]:
    """Cells escaped one by one, guards of formulas removed, unreadable characters reported."""
    cleaned, fine = [], True
    for text, column in zip(texts, columns, strict=True):
        text = plain(text) if text.startswith(GUARD) else text
        problem = _unreadable(text)
        if problem:
            issues.add(number, column.name, text, *problem)
            fine, text = False, CONTROL.sub("", text)
        cleaned.append(text.translate(ESCAPES))
    return cleaned, fine


def _unreadable(text: str) -> tuple[str, str] | None:
    control = CONTROL.search(text)
    if control:
        code = f"U+{ord(control[0]):04X}"
        return f"The text has a control character ({code}).", "Delete it or type the text again."
    if "\ufffd" in text:
        return (
            "The text has characters that are not in the file's encoding.",
            "Choose another encoding, or save the file as UTF-8 and upload it again.",
        )
    return None
