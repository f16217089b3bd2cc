"""A list as asked for: the address read, the rows found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.safestring import SafeString

from core.templatetags import ui
from core.typed import trimmed
from workspaces.access.actor import Actor
from workspaces.records.lists import ListColumn, ListFilter, RecordList, Shows
from workspaces.records.models import ListChoice
from workspaces.records.paging import Page, Sorting, page_at
from workspaces.records.rows import RowWriter, content

COUNTED_TO = 1_000
PLACE = ("after", "before")
LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table, and how it is written."""

    row: Any
    html: SafeString


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's head: `url` sorts by it; `order` is ascending, descending or none."""

    label: str
    numeric: bool
    url: str
    order: str


@dataclass(frozen=True, slots=True)
class Field:
    """A filter as it stands in the form."""

    filter: ListFilter
    value: str
    choices: list[tuple[str, str]]


class Listing:
    """What one member asked of one list. The address holds all of it but the column choice."""

    def __init__(
        self, spec: RecordList, actor: Actor, asked: QueryDict, *, remember: bool = True
    ) -> None:
        self.spec, self.actor, self.asked = spec, actor, asked
        self._remember = remember

    @cached_property
    def allowed(self) -> list[ListColumn]:
        return self.spec.columns_for(self.actor)

    @cached_property
    def columns(self) -> list[ListColumn]:
        """Those of the address, else those this member chose last, else the usual ones."""
        named = self.asked.get("columns", "").split(",") if self.asked.get("columns") else []
        if not named and self._remember:
            named = ListChoice.columns_of(self.actor, self.spec.name)
        chosen = [column for column in self.allowed if column.name in named]
        return chosen or [column for column in self.allowed if column.chosen]

    @cached_property
    def values(self) -> dict[str, str]:
        """What each filter was set to; the empty ones left out."""
        found = {}
        for one in self.spec.filters_for(self.actor):
            text = trimmed(self.asked.get(one.name, ""), LONGEST_TEXT)
            if text:
                found[one.name] = text
        return found

    @cached_property
    def filtered(self) -> QuerySet[Any]:
        rows = self.spec.rows(self.actor)
        for one in self.spec.filters_for(self.actor):
            if one.name in self.values:
                rows = one.apply(self.actor, rows, self.values[one.name])
        return rows

    @cached_property
    def sort(self) -> str:
        asked = self.asked.get("sort", "")
        return asked if asked.lstrip("-") in self._sortable else self.spec.default_sort

    @cached_property
    def _sortable(self) -> dict[str, ListColumn]:
        return {column.name: column for column in self.allowed if column.sort}

    @cached_property
    def sorting(self) -> Sorting:
        column = self._sortable[self.sort.lstrip("-")]
        return Sorting(
            tuple(column.sort.split(",")),
            self.sort.startswith("-"),
            column.nullable,
            self.actor.workspace.pk,
        )

    @cached_property
    def loaded(self) -> QuerySet[Any]:
        """The rows with what the chosen columns read."""
        related = {path for column in self.columns for path in column.related}
        if head := self.sorting.paths[0].rpartition("__")[0]:
            related.add(head)
        rows = self.filtered.select_related(*sorted(related)) if related else self.filtered
        if all(column.reads for column in self.columns):
            reads = {path for column in self.columns for path in column.reads}
            rows = rows.only("pk", *reads, *self.spec.reads, *self.sorting.paths)
        return rows

    @cached_property
    def page(self) -> Page:
        after, before = self.asked.get("after", ""), self.asked.get("before", "")
        return page_at(self.loaded, self.sorting, after=after, before=before)

    @cached_property
    def count(self) -> int:
        """How many there are, counted no further than one past COUNTED_TO."""
        on_one_page = not self.page.previous and not self.page.next
        if on_one_page and not any(self.asked.get(name) for name in PLACE):
            return len(self.page.rows)
        return self.filtered.order_by().values("pk")[: COUNTED_TO + 1].count()

    @property
    def count_label(self) -> str:
        if self.count > COUNTED_TO:
            return f"{ui.number(COUNTED_TO)}+"
        return ui.number(self.count)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.values)

    @cached_property
    def fields(self) -> list[Field]:
        """The filters for the form; their choices are read here, so only a whole page asks."""
        return [
            Field(one, self.values.get(one.name, ""), list(one.choices(self.actor)))
            for one in self.spec.filters_for(self.actor)
            if one.choices
        ]

    @property
    def typed(self) -> list[Field]:
        """The filters people type into, but for the search box."""
        return [
            Field(one, self.values.get(one.name, ""), [])
            for one in self.spec.filters_for(self.actor)
            if not one.choices and not one.in_search_box
        ]

    @property
    def set_filters(self) -> list[Field]:
        """The filters in use, but for the search box."""
        return [
            Field(one, self.values[one.name], [])
            for one in self.spec.filters_for(self.actor)
            if one.name in self.values and not one.in_search_box
        ]

    @cached_property
    def chips(self) -> list[dict[str, str]]:
        """The filters in use in words, each with the address of the list without it."""
        found = []
        for name, value in self.values.items():
            one = self.spec.filters[name]
            url = f"?{self.address(**{name: ''})}"
            found.append({"label": one.label, "text": one.words(self.actor, value), "url": url})
        return found

    @property
    def choosable(self) -> list[tuple[ListColumn, bool]]:
        """Every column this role may see, and whether it is shown."""
        shown_now = {column.name for column in self.columns}
        return [(column, column.name in shown_now) for column in self.allowed]

    @property
    def search(self) -> str:
        boxes = [f.name for f in self.spec.filters.values() if f.in_search_box]
        return self.values.get(boxes[0], "") if boxes else ""

    def address(self, **changes: str) -> str:
        """This list with some of it changed; an empty text takes a part away."""
        names = ("sort", "columns", *self.spec.kept)
        kept = {name: self.asked.get(name, "") for name in names if self.asked.get(name)}
        return _query({**self.values, **kept, **changes})

    @property
    def here(self) -> str:
        """This list without the place in it: what a bulk edit or an export is for."""
        return self.address()

    @property
    def headings(self) -> list[Heading]:
        return [self._heading(column) for column in self.columns]

    def _heading(self, column: ListColumn) -> Heading:
        if not column.sort:
            return Heading(column.label, column.numeric, "", "")
        up, down = column.name, f"-{column.name}"
        descends_first = column.numeric or column.shows in (Shows.AGO, Shows.DAY)
        first, second = (down, up) if descends_first else (up, down)
        order = {up: "ascending", down: "descending"}.get(self.sort, "none")
        target = second if self.sort == first else first
        return Heading(column.label, column.numeric, f"?{self.address(sort=target)}", order)

    @cached_property
    def lines(self) -> list[Line]:
        return [self.line(row) for row in self.page.rows]

    def line(self, row: Any) -> Line:
        return Line(row, self._writer.write(row))

    def cell(self, row: Any, name: str) -> str:
        """What stands in one cell of a row, safe to put on a page."""
        return content(self.actor, self.spec.columns[name])(row)

    @cached_property
    def edits(self) -> bool:
        """Whether this member may change rows of this list."""
        return self.spec.edits is not None and self.actor.can(self.spec.edits)

    @cached_property
    def _writer(self) -> RowWriter:
        chosen = self.asked.get("columns", "")
        return RowWriter(self.spec, self.actor, self.columns, edits=self.edits, chosen=chosen)

    @property
    def pager(self) -> Mapping[str, str]:
        previous, following = self.page.previous, self.page.next
        return {
            "label": "" if not self.count else f"{self.count_label} in all",
            "first_url": f"?{self.address()}" if previous else "",
            "previous_url": f"?{self.address(before=previous)}" if previous else "",
            "next_url": f"?{self.address(after=following)}" if following else "",
        }


def options(pairs: Iterable[tuple[Any, Any]]) -> list[tuple[str, str]]:
    """Choices of a select, from ids and names."""
    return [(str(value), str(label)) for value, label in pairs]


def _query(parts: Mapping[str, str]) -> str:
    query = QueryDict(mutable=True)
    for name, value in parts.items():
        if value:
            query[name] = value
    return query.urlencode()


__all__ = ["Line", "Listing", "options"]
