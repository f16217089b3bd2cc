"""What can be imported: each kind declares its columns, its checks and its merge.

The engine reads the file, stages it, checks every cell's type and hands over a `Stage`; a kind adds
the checks that need the database and merges in set-based SQL. Kinds register from `ready()` of the
app that owns their tables.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.csv import plain
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm

Row = Mapping[str, str]
Reader = Callable[[], Iterator[tuple[int, Row]]]


class Cell(StrEnum):
    """How a cell is read. Empty cells of every type become NULL, never zero."""

    TEXT = "text"
    DECIMAL = "numeric"
    INTEGER = "bigint"
    DATE = "date"
    MOMENT = "timestamptz"  # a time without a zone is read in the workspace's zone
    CURRENCY = "currency"
    CHOICE = "choice"
    YES_NO = "boolean"


@dataclass(frozen=True, slots=True)
class Column:
    """One generic column of a kind. `aliases` are other headers it is known by."""

    name: str
    label: str
    cell: Cell = Cell.TEXT
    required: bool = False
    help: str = ""
    example: str = ""
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    largest: int = 10**10  # numbers stay below it


@dataclass(frozen=True, slots=True)
class Stage:
    """One file, staged and typed, ready for set-based SQL.

    `table` is an unlogged table with `row_no bigint` (1 is the first row below the header),
    `ok boolean` (no error so far) and one nullable column per `Column.name` of its SQL type
    (text for CURRENCY and CHOICE). A transform may give several rows the same `row_no`.
    `mapped` names the columns that the file (or the preset's constants) has: a column outside it
    is NULL because nobody said anything, one inside it is NULL because the cell was empty.
    `issues` is a table (row_no bigint, field text, value text, message text, remedy text); an
    insert there followed by `UPDATE … SET ok=false` refuses a row with words. Both are dropped by
    the engine. `progress(done, total, phase)` beats the job and raises when it was cancelled.
    """

    run_id: int
    actor: Actor
    table: str
    issues: str
    on_existing: str
    options: Mapping[str, str]
    progress: Callable[[int, int, str], None]
    mapped: frozenset[str] = frozenset()


@dataclass(slots=True)
class Outcome:
    """What a merge did, by record type label: {"products": 12, …}.

    `traces` are (SQL of row_no and id, model): the rows that were taken, and the record of each; no
    id is one that the row made. From them follows `rows`: what became of how many rows.
    """

    created: dict[str, int] = field(default_factory=dict)
    updated: dict[str, int] = field(default_factory=dict)
    unchanged: int = 0
    skipped: int = 0
    traces: list[tuple[str, str]] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Export:
    """All rows of a kind as a file that imports back unchanged. `reads` may see them.

    `rows(actor)` streams rows with a cell for each of `names(actor)`, which are column names;
    columns the actor may not see are not among them. `labels` are those of columns that only go
    out, because nobody can set them.
    """

    reads: Perm
    names: Callable[[Actor], tuple[str, ...]]
    rows: Callable[[Actor], Iterator[tuple[object, ...]]]
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to whoever imports a kind; the answer is the option of that name."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file. `check`, `merge` and `undo` run inside a transaction that the engine opens.

    `record` is the kind of record whose custom fields are columns too, such as products.product.
    `section` is the part of the product it belongs to, by which long lists of kinds are grouped.
    `key`: columns that identify a row; the same key twice in a file is an error when `unique_key`.
    `check` may be called again: for one corrected row, and for all rows just before the merge; the
    engine forgets the issues of the call before. `merge` takes the rows with `ok` alone.
    """

    name: str
    label: str
    perm: Perm
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    unique_key: bool
    check: Callable[[Stage], None]
    merge: Callable[[Stage], Outcome]
    undo: Callable[[Actor, int], Outcome]
    description: str = ""
    export: Export | None = None
    asks: tuple[Asked, ...] = ()
    record: str = ""
    section: str = ""

    def column(self, name: str) -> Column:
        """The column of that name. Raises StopIteration for an unknown one."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True, slots=True)
class Preset:
    """How one system's export becomes rows of a kind.

    `mapping` is {column name: header}; `headers` are cells that together recognise the file.
    `transform`, when given, turns the file's rows into generic rows (one to many allowed, streamed,
    may carry state from row to row) and `mapping` then only documents what it reads. `constants`
    fill columns the file does not have. `options` are reading options: `date_order` (ymd, dmy,
    mdy), `decimal` (a point or a comma), `encoding`, `delimiter`, and whatever the kind's merge
    looks for in `Stage.options`. Choices a person made for the run go over these.

    A preset that joins several files names them in `files` ({role: cells that recognise the file})
    and gives `combine` instead of `transform`: it is called with {role: how to read that file from
    its start} for the files that were uploaded, and yields generic rows; `optional` roles may be
    absent. `headers` is then the recognising cells of the first role. Rows are streamed: what must
    be joined is kept outside memory, in sqlite3 on disk for instance.

    `rows` names the list that holds the rows of a JSON file which holds several, such as cards.
    """

    name: str
    label: str
    kind: str
    headers: frozenset[str]
    mapping: Mapping[str, str]
    transform: (
        Callable[[Iterable[tuple[int, Row]], Mapping[str, str]], Iterator[tuple[int, Row]]] | None
    ) = None
    constants: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, frozenset[str]] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    combine: (
        Callable[[Mapping[str, Reader], Mapping[str, str]], Iterator[tuple[int, Row]]] | None
    ) = None
    rows: str = ""


def simple(name: str) -> str:
    """A header without case, accents and signs: “Line-Item SKU” is “line item sku”."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", bare.lower())) or plain(name).strip().lower()


KINDS: dict[str, Kind] = {}
PRESETS: dict[str, Preset] = {}


def register_kind(kind: Kind) -> None:
    """Called from an AppConfig's ready()."""
    KINDS[kind.name] = kind


def register_preset(preset: Preset) -> None:
    """Called from an AppConfig's ready()."""
    PRESETS[preset.name] = preset
