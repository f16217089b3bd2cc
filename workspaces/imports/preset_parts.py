"""What presets are made of: reading cells, naming things, joining files without holding them."""

import re
import sqlite3
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path

from workspaces.imports.kinds import Cell, Column, Kind, Preset, Row

BATCH = 5_000
AMOUNT = Decimal("0.0001")


def slug(text: str) -> str:
    """`text` as shops write it into addresses: “Storm shell – M” is “storm-shell-m”."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", bare))


def number(text: str) -> Decimal | None:
    """The number in a cell of an export, None when there is none or it cannot be read."""
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def written(amount: Decimal | None) -> str:
    """An amount as a generic cell."""
    return "" if amount is None else format(amount.quantize(AMOUNT).normalize(), "f")


def first_of(row: Row, *headers: str) -> str:
    """The first of these cells that says something; exports change their headers over the years."""
    for header in headers:
        if text := row.get(header, "").strip():
            return text
    return ""


def generic_preset(kind: Kind) -> Preset:
    """The kind's own columns, under their own names."""
    needed = frozenset(column.label for column in kind.columns if column.required)
    mapping = {column.name: column.label for column in kind.columns}
    return Preset(
        f"generic-{kind.name}", f"Generic {kind.label.lower()}", kind.name, needed, mapping
    )


def example_row(columns: Iterable[Column]) -> dict[str, str]:
    """One row that imports as it stands."""
    return {column.label: column.example for column in columns}


class Lookup:
    """Rows of a side file by a key, on disk. The last row of a key counts."""

    def __init__(self, folder: Path, name: str, columns: tuple[str, ...]) -> None:
        self._base = sqlite3.connect(folder / f"{name}.sqlite")
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute("PRAGMA synchronous = OFF")
        names = ", ".join(f"c{place}" for place in range(len(columns)))
        self._base.execute(f"CREATE TABLE kept (key TEXT PRIMARY KEY, {names})")
        self._columns = columns
        marks = ", ".join("?" * (len(columns) + 1))
        self._insert = f"INSERT OR REPLACE INTO kept VALUES ({marks})"  # noqa: S608 - only marks

    def fill(self, rows: Iterable[tuple[str, ...]]) -> None:
        """Take (key, cell, cell…) rows."""
        batch: list[tuple[str, ...]] = []
        for row in rows:
            batch.append(row)
            if len(batch) >= BATCH:
                self._base.executemany(self._insert, batch)
                batch.clear()
        self._base.executemany(self._insert, batch)

    def get(self, key: str) -> Mapping[str, str]:
        """The cells of `key`; nothing for an unknown one."""
        found = self._base.execute("SELECT * FROM kept WHERE key = ?", (key,)).fetchone()
        return dict(zip(self._columns, found[1:], strict=True)) if found else {}

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()


@contextmanager
def lookups() -> Iterator["Lookups"]:
    """Side files for the time of one reading; their disk space is given back."""
    with tempfile.TemporaryDirectory(prefix="join-") as folder:
        made = Lookups(Path(folder))
        try:
            yield made
        finally:
            made.close()


class Lookups:
    """Makes lookups in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._made = folder, list[Lookup]()

    def make(self, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]] = ()) -> Lookup:
        """A lookup of `columns`, filled with (key, cell…) rows."""
        lookup = Lookup(self._folder, str(len(self._made)), columns)
        self._made.append(lookup)
        lookup.fill(rows)
        return lookup

    def close(self) -> None:
        """Close all of them."""
        for lookup in self._made:
            lookup.close()


def columns_in_words(kind: Kind) -> str:
    """The kind's columns as a table for people."""
    lines = ["| column | holds | needed | meaning | example |", "|---|---|---|---|---|"]
    for column in kind.columns:
        holds = ", ".join(column.choices) or HOLDS[column.cell]
        needed = "yes" if column.required else ""
        lines.append(
            f"| {column.label} (`{column.name}`) | {holds} | {needed} | {column.help} | "
            f"{column.example} |"
        )
    return "\n".join(lines)


HOLDS = {
    Cell.TEXT: "text",
    Cell.DECIMAL: "number",
    Cell.INTEGER: "whole number",
    Cell.DATE: "day",
    Cell.MOMENT: "day or time",
    Cell.CURRENCY: "currency",
    Cell.CHOICE: "choice",
    Cell.YES_NO: "yes or no",
}
