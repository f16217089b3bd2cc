"""A list of one kind as asked for: its rows, and all that its page shows of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.safestring import SafeString

from core.errors import Refused
from core.templatetags import ui
from workspaces.access.actor import Actor
from workspaces.lists.asking import PLACE, Asked
from workspaces.lists.grouping import Gathered, gathered
from workspaces.lists.naming import names_of
from workspaces.lists.narrowing import Unclear, narrowed
from workspaces.lists.ordering import Order, page_at
from workspaces.lists.paths import asked, with_values
from workspaces.lists.sorting import order_of, sortable, with_formulas, with_group
from workspaces.lists.writing import Heading, RowWriter, heads_of
from workspaces.records.fields import Field, FieldType
from workspaces.records.kinds import KINDS, RecordKind
from workspaces.records.models import ListChoice
from workspaces.records.paging import Page

PAGE = 50
COUNTED_TO = 1_000
TIMES = (FieldType.DAY, FieldType.MOMENT)
LINKS = (FieldType.LINK, FieldType.PERSON)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table as it is written, and the group that begins with it."""

    row: Any
    html: SafeString
    begins: SafeString | None = None


class KindList:
    """What one member asked of one kind's list. The address holds all but the columns' choice."""

    def __init__(
        self,
        kind: RecordKind,
        actor: Actor,
        query: QueryDict,
        *,
        remember: bool = True,
        chosen: list[str] | None = None,
        size: int = 0,
    ) -> None:
        self.kind, self.actor = kind, actor
        self.asked = Asked(actor, kind, query)
        self._remember, self._chosen, self._size = remember, chosen, size

    @cached_property
    def columns(self) -> list[Field]:
        """Those of the address, else those this member chose last, else the usual ones."""
        fields = self.asked.fields
        named = self.asked.named_columns
        if not named and self._remember:
            known = self._chosen
            named = ListChoice.columns_of(self.actor, self.kind.address) if known is None else known
        chosen = [fields[name] for name in named if name in fields]
        return chosen or [one for one in fields.values() if one.shown]

    @cached_property
    def filtered(self) -> QuerySet[Any]:
        """The rows that the search, the short filters and the filter leave; none while unclear."""
        rows = self.kind.rows(self.actor)
        try:
            return narrowed(self.asked, rows)
        except Unclear:
            return rows.none()

    @cached_property
    def order(self) -> Order:
        asked = self.asked
        return order_of(self.kind, asked.sorting, self.actor.workspace.pk, asked.group)

    @cached_property
    def loaded(self) -> QuerySet[Any]:
        """The rows with what the columns and the order read, and nothing else."""
        return self._loading(self.filtered)

    def _loading(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        asked = self.asked
        sorted_by = [field for field, _ in asked.sorting]
        gathers = [asked.group] if asked.group else []
        rows = with_group(with_values(rows, *sorted_by, *gathers), asked.group)
        rows = with_formulas(rows, *sorted_by, *gathers)
        needed = [*self.columns, *gathers]
        paths = {path for field in needed for path in self._paths(field)}
        paths |= {key.path for key in self.order.keys if not _aliased(key.path)}
        if any(one.is_custom for one in (*needed, *sorted_by)):
            paths.add("custom")
        heads = {path.rpartition("__")[0] for path in paths} - {""}
        rows = rows.select_related(*sorted(heads)) if heads else rows
        if any(one.compute for one in needed):  # a formula may read any of its values
            return rows
        return rows.only("pk", "version", *sorted(paths | set(self._row_reads)))

    @property
    def _row_reads(self) -> Sequence[str]:
        return self.kind.row_reads or self.kind.naming

    def _paths(self, field: Field) -> list[str]:
        """The columns a field's cell is written from."""
        if field.is_custom:
            return []
        paths = [field.path] if field.type not in LINKS else _named(self.kind, field)
        return [*paths, field.currency] if field.currency else paths

    @cached_property
    def page(self) -> Page:
        after, before = (self.asked.text(name) for name in PLACE)
        try:
            return page_at(
                self.loaded, self.order, after=after, before=before, size=self._size or PAGE
            )
        except Refused:
            return Page([])

    @cached_property
    def count(self) -> int:
        """How many there are, counted no further than one past COUNTED_TO."""
        if self.asked.layout == "board":
            return self.counted(COUNTED_TO)
        on_one_page = not self.page.previous and not self.page.next
        if on_one_page and not any(self.asked.text(name) for name in PLACE):
            return len(self.page.rows)
        return self.counted(COUNTED_TO)

    def counted(self, most: int) -> int:
        """How many there are, counted no further than one past `most`."""
        return self.filtered.order_by().values("pk")[: most + 1].count()

    @property
    def count_label(self) -> str:
        if self.count > COUNTED_TO:
            return f"{ui.number(COUNTED_TO)}+"
        return ui.number(self.count)

    @cached_property
    def groups(self) -> list[Gathered]:
        """The groups of the whole list, with counts and totals; none without a group."""
        if self.asked.group is None:
            return []
        totals = [field for field in self.columns if field.numeric and asked(field)]
        return gathered(self.actor, self.kind, self.filtered, self.asked.group, totals)

    @cached_property
    def edits(self) -> bool:
        """Whether this member may change rows of this list."""
        return self.actor.can(self.kind.writes) and self.kind.changes

    @cached_property
    def headings(self) -> list[Heading]:
        return [self._heading(field) for field in self.columns]

    @property
    def heads(self) -> SafeString:
        """The cells above the columns."""
        return heads_of(self.headings)

    def _heading(self, field: Field) -> Heading:
        width = self.asked.widths.get(field.name)
        if not sortable(field):
            return Heading(field, width)
        first_down = field.numeric or field.value_type in TIMES
        down = next((d for one, d in self.asked.sorting if one.name == field.name), None)
        order = {None: "none", True: "descending", False: "ascending"}[down]
        target = first_down if down is None else not down
        sign = "-" if target else ""
        url = f"?{self.asked.address(sort=f'{sign}{field.name}')}"
        return Heading(field, width, url, order)

    @cached_property
    def writer(self) -> RowWriter:
        names = names_of(self.actor, self.columns, self.page.rows)
        return RowWriter(self.actor, self.kind, self.columns, names, edits=self.edits)

    @cached_property
    def lines(self) -> list[Line]:
        """The rows of this page; the first of a group, and the first of all, says its group."""
        if self.asked.group is None:
            return [Line(row, self.writer.write(row)) for row in self.page.rows]
        known: Mapping[Any, Gathered] = {one.value: one for one in self.groups}
        lines, last = [], object()
        for row in self.page.rows:
            value = self.asked.group.value_of(row)
            begins = self.writer.group(known[value]) if value != last and value in known else None
            lines.append(Line(row, self.writer.write(row), begins))
            last = value
        return lines

    def lines_of(self, pks: Iterable[int]) -> list[Line]:
        """These rows as this list writes them, whether it still finds them or not."""
        rows = list(self._loading(self.kind.rows(self.actor)).filter(pk__in=list(pks)))
        names = names_of(self.actor, self.columns, rows)
        writer = RowWriter(self.actor, self.kind, self.columns, names, edits=self.edits)
        return [Line(row, writer.write(row)) for row in rows]

    @property
    def grid(self) -> list[dict[str, Any]]:
        """What editing in place needs to know of each column."""
        return [
            {"name": one.name, "label": one.label, "type": one.type, "edits": one.editable}
            for one in self.columns
        ]

    @property
    def pager(self) -> dict[str, str]:
        previous, following = self.page.previous, self.page.next
        address = self.asked.address
        return {
            "label": "" if not self.count else f"{self.count_label} in all",
            "first_url": f"?{address()}" if previous else "",
            "previous_url": f"?{address(before=previous)}" if previous else "",
            "next_url": f"?{address(after=following)}" if following else "",
        }

    @property
    def here(self) -> str:
        """This list without the place in it: what a bulk edit or an export is for."""
        return self.asked.address()


def _aliased(path: str) -> bool:
    return path == "group_rank" or path.startswith("typed_")


def _named(kind: RecordKind, field: Field) -> list[str]:
    """What a linked row's name is made of; all of it where its kind does not say."""
    if field.type is FieldType.PERSON:
        return [f"{field.path}__name", f"{field.path}__email"]
    target = KINDS.get(field.to)
    if target is not None and target.fields:
        names = list(target.row_reads or target.naming)
    else:
        link: Any = kind.model._meta.get_field(field.path)
        names = [one.name for one in link.related_model._meta.concrete_fields]
    return [f"{field.path}__{name}" for name in names]
