"""What a list of records is made of: its columns, its filters, and what of them a member sees."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from workspaces.access.actor import Actor
from workspaces.access.roles import Perm


class Shows(StrEnum):
    """How a value is written in a cell."""

    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"
    RATING = "rating"
    DAY = "day"
    AGO = "ago"


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One column: on the screen, in the sort order, in exports.

    `value(row)` is the plain value; `sort` the paths it is ordered by, separated by commas, which
    must be indexed together with the workspace. `nullable` values stand last in both directions.
    `perm` hides the column from everybody else, in exports as well. `export` is its header in
    files, else the label. `related` is loaded along with the rows; where every shown column says
    which fields it `reads`, nothing else is loaded. `html(actor, row)` writes a cell of its own
    kind; `edit` names the field that can be edited in place.
    """

    name: str
    label: str
    value: Callable[[Any], Any]
    sort: str = ""
    perm: Perm | None = None
    export: str = ""
    shows: Shows = Shows.TEXT
    nullable: bool = False
    related: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    chosen: bool = True
    order: int = 100
    currency: Callable[[Any], str] | None = None
    html: Callable[[Actor, Any], str] | None = None
    edit: str = ""

    @property
    def numeric(self) -> bool:
        return self.shows in (Shows.COUNT, Shows.MONEY, Shows.PERCENT, Shows.RATING)

    @property
    def header(self) -> str:
        return self.export or self.label


Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ListFilter:
    """One way to narrow a list. `apply(actor, rows, text)` ignores what it cannot read.

    `choices(actor)` are (value, label); without them people type. `says(actor, text)` names what is
    asked for where that is none of the choices.
    """

    name: str
    label: str
    apply: Callable[[Actor, QuerySet[Any], str], QuerySet[Any]]
    choices: Callable[[Actor], Sequence[Choice]] | None = None
    perm: Perm | None = None
    order: int = 100
    in_search_box: bool = False
    says: Callable[[Actor, str], str] | None = None

    def words(self, actor: Actor, text: str) -> str:
        """What `text` asks for, as people read it."""
        known = dict(self.choices(actor)) if self.choices else {}
        return known.get(text) or (self.says(actor, text) if self.says else text)


@dataclass(slots=True)
class RecordList:
    """A list as declared: apps above may add columns and filters from their ready().

    `row_id` is what the ids of its rows begin with; `edits` is who may change rows in place;
    `reads` is what a row needs whatever its columns are; `kept` are words of the address that say
    how else the list is shown.
    """

    name: str
    rows: Callable[[Actor], QuerySet[Any]]
    default_sort: str
    columns: dict[str, ListColumn] = field(default_factory=dict)
    filters: dict[str, ListFilter] = field(default_factory=dict)
    row_id: str = ""
    edits: Perm | None = None
    reads: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    def add_column(self, column: ListColumn) -> None:
        self.columns[column.name] = column

    def add_filter(self, one: ListFilter) -> None:
        self.filters[one.name] = one

    def columns_for(self, actor: Actor) -> list[ListColumn]:
        """Those the role may see, in order."""
        allowed = [c for c in self.columns.values() if c.perm is None or actor.can(c.perm)]
        return sorted(allowed, key=lambda column: column.order)

    def filters_for(self, actor: Actor) -> list[ListFilter]:
        allowed = [f for f in self.filters.values() if f.perm is None or actor.can(f.perm)]
        return sorted(allowed, key=lambda one: one.order)


def whole_number(text: str) -> int | None:
    """The id or count in an address, or None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
