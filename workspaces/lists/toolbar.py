"""What stands above a list: its filters in words, its menus, and the filter builder."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from workspaces.access.actor import Actor
from workspaces.lists.asking import DENSITIES, Asked
from workspaces.lists.building import Block, Row, blocks_of, rows_of
from workspaces.lists.chips import Chip, chips_of
from workspaces.lists.conditions import MOST_CONDITIONS, NOTHING
from workspaces.lists.listing import KindList
from workspaces.lists.operators import Takes
from workspaces.lists.sorting import MOST_KEYS, sortable
from workspaces.members.models import User
from workspaces.records.describing import fields_of
from workspaces.records.fields import Field, FieldType
from workspaces.records.kinds import KINDS, RecordKind

LONGEST_MENU = 500
DENSITY_WORDS = {"cozy": "Usual rows", "compact": "Tight rows", "roomy": "Roomy rows"}
LAYOUT_WORDS = {"table": ("Table", "table"), "board": ("Board", "layout-kanban")}


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a menu."""

    label: str
    url: str
    chosen: bool
    icon: str = ""


@dataclass(frozen=True, slots=True)
class SortRow:
    """One line of the sort menu: what may be chosen, and what is."""

    number: int
    chosen: str
    choices: Sequence[tuple[str, str]]


class Toolbar:
    """The menus of one list; a region that only turns a page never asks for them."""

    def __init__(self, listing: KindList) -> None:
        self.listing, self.asked = listing, listing.asked

    @cached_property
    def chips(self) -> list[Chip]:
        return chips_of(self.asked)

    @property
    def narrowed_by(self) -> int:
        return sum(1 for _ in self.asked.where.conditions()) + len(self.asked.quick)

    @cached_property
    def sorts(self) -> list[SortRow]:
        choices = []
        for field in self.asked.fields.values():
            if sortable(field):
                up, down = _directions(field)
                choices += [(field.name, f"{field.label}, {up}")]
                choices += [(f"-{field.name}", f"{field.label}, {down}")]
        chosen = self.asked.sort.split(",") if self.asked.text("sort") else []
        many = min(MOST_KEYS, len(chosen) + 1)
        return [SortRow(n + 1, chosen[n] if n < len(chosen) else "", choices) for n in range(many)]

    @cached_property
    def groups(self) -> list[Option]:
        asked, layout = self.asked, self.asked.layout
        name = asked.group.name if asked.group else ""
        found = [] if layout == "board" else [Option("No groups", _url(asked, group=""), not name)]
        for field in asked.fields.values():
            if field.groups:
                url = _url(asked, group=field.name)
                found.append(Option(field.label, url, field.name == name))
        return found

    @property
    def grouped(self) -> bool:
        return any(one.groups for one in self.asked.fields.values())

    @cached_property
    def layouts(self) -> list[Option]:
        if not self.asked.boards:
            return []
        return [
            Option(words, _url(self.asked, layout=name if name != "table" else ""), chosen, icon)
            for name, (words, icon) in LAYOUT_WORDS.items()
            for chosen in (self.asked.layout == name,)
        ]

    @cached_property
    def densities(self) -> list[Option]:
        return [
            Option(DENSITY_WORDS[name], _url(self.asked, density=name), self.asked.density == name)
            for name in DENSITIES
        ]

    @property
    def freeze(self) -> Option:
        frozen = self.asked.frozen
        url = _url(self.asked, frozen="" if frozen else "1")
        return Option("Keep the first column in view", url, frozen)

    @property
    def columns(self) -> SafeString:
        """The menu of every column, the shown ones first and in their order."""
        shown = self.listing.columns
        names = {field.name for field in shown}
        rest = [one for one in self.asked.fields.values() if one.name not in names]
        every = [(one.name, one.label, True) for one in shown]
        return _columns((*every, *((one.name, one.label, False) for one in rest)))

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The address as hidden inputs, for the search form."""
        return [(name, text) for name, text in self.asked.parts().items() if name != "q"]

    @property
    def kept_but_sort(self) -> list[tuple[str, str]]:
        return [(name, text) for name, text in self.asked.parts().items() if name != "sort"]

    @property
    def kept_but_where(self) -> list[tuple[str, str]]:
        return [(name, text) for name, text in self.asked.parts().items() if name != "where"]


def bulk_actions(actor: Actor, kind: RecordKind) -> list[tuple[str, str]]:
    """What can be done to many records of a kind at once."""
    found = []
    for field in fields_of(actor, kind):
        if not field.editable:
            continue
        if field.takes_parts:
            found += [(f"add:{field.name}", f"Add to {field.label.lower()}")]
            found += [(f"remove:{field.name}", f"Take from {field.label.lower()}")]
        if not field.unique and field.name not in kind.together:
            found.append((f"set:{field.name}", f"Set {field.label.lower()}"))
    return [*found, ("delete", "Delete")] if kind.deletes else found


@lru_cache(maxsize=512)
def _columns(columns: tuple[tuple[str, str, bool], ...]) -> SafeString:
    return render_to_string("records/columns.html", {"columns": columns})


def toolbar_of(listing: KindList) -> Toolbar:
    return Toolbar(listing)


def _url(asked: Asked, **changes: str) -> str:
    return f"?{asked.address(**changes)}"


def _directions(field: Field) -> tuple[str, str]:
    if field.numeric:
        return "least first", "most first"
    if field.value_type in (FieldType.DAY, FieldType.MOMENT):
        return "oldest first", "newest first"
    return "A to Z", "Z to A"


@dataclass(slots=True)
class BuiltRow:
    """A row of the filter builder with what its value is chosen from."""

    row: Row
    control: str
    choices: Sequence[tuple[str, str]]
    first: str
    second: str

    @property
    def chosen(self) -> Sequence[str]:
        return self.row.values


class Builder:
    """The filter builder of one list."""

    def __init__(self, actor: Actor, asked: Asked) -> None:
        self.actor, self.asked = actor, asked

    @property
    def problem(self) -> str:
        return self.asked.problem

    @cached_property
    def fields(self) -> list[Field]:
        return list(self.asked.filterable.values())

    @cached_property
    def blocks(self) -> list[tuple[Block, list[BuiltRow]]]:
        """The top and its groups; each ends with an empty row, and an empty group stands last."""
        sent = rows_of(self.asked.filterable, self.asked.asked)
        unread = self.asked.problem and sent
        where = NOTHING if unread else self.asked.where
        blocks = blocks_of(where, sent if unread else [row for row in sent if not row.ready])
        if len(blocks) == 1 or all(block.rows for block in blocks):
            blocks.append(Block(len(blocks), "or", []))
        number = sum(len(block.rows) for block in blocks)
        for block in blocks:
            if number < MOST_CONDITIONS:
                block.rows.append(Row(number, group=block.number))
                number += 1
        return [(block, [self.row(row) for row in block.rows]) for block in blocks]

    @property
    def next_number(self) -> int:
        return max(row.row.number for _, rows in self.blocks for row in rows) + 1

    def row(self, row: Row) -> BuiltRow:
        values = [*row.values, "", ""]
        return BuiltRow(row, _control(row), self._choices(row), values[0], values[1])

    def _choices(self, row: Row) -> Sequence[tuple[str, str]]:
        field = row.field
        if field is None or row.op is None or row.op.takes is Takes.NONE:
            return ()
        if field.type in (FieldType.CHOICE, FieldType.CHOICES):
            return [(one.value, one.label) for one in field.choices]
        if field.type is FieldType.YES_NO:
            return [("yes", "Yes"), ("no", "No")]
        if field.type in (FieldType.LINK, FieldType.PERSON):
            return self._rows_of(field)
        return ()

    def _rows_of(self, field: Field) -> list[tuple[str, str]]:
        if field.type is FieldType.PERSON:
            return [("me", "Me"), *people(self.actor)]
        return linked(self.actor, field)


def people(actor: Actor) -> list[tuple[str, str]]:
    """The members of the workspace, by id."""
    members = User.objects.filter(memberships__workspace=actor.workspace, memberships__active=True)
    return [(str(one.pk), str(one)) for one in members.order_by("name", "email")[:LONGEST_MENU]]


def linked(actor: Actor, field: Field) -> list[tuple[str, str]]:
    """The records a field may lead to, by id."""
    kind = KINDS.get(field.to)
    if kind is None or not actor.can(kind.reads):
        return []
    rows = kind.rows(actor)
    if kind.fields:
        rows = rows.only("pk", *(kind.row_reads or kind.naming)).order_by(kind.naming[0])
    return [(str(row.pk), str(row)) for row in rows[:LONGEST_MENU]]


def choices_for(actor: Actor, field: Field) -> list[tuple[str, str]] | None:
    """What a value of the field may be chosen from; None where people type it."""
    match field.type:
        case FieldType.CHOICE:
            found = [(one.value, one.label) for one in field.choices]
        case FieldType.YES_NO:
            found = [("yes", "Yes"), ("no", "No")]
        case FieldType.PERSON:
            found = [(f"#{pk}", label) for pk, label in people(actor)]
        case FieldType.LINK:
            found = [(f"#{pk}", label) for pk, label in linked(actor, field)]
        case _:
            return None
    return found if field.required else [("", "None"), *found]


def _control(row: Row) -> str:
    """How the value is typed or chosen."""
    if row.field is None or row.op is None or row.op.takes is Takes.NONE:
        return "none"
    if row.op.takes is Takes.DAYS:
        return "days"
    if row.op.takes is Takes.MANY:
        return "many"
    if row.field.type is FieldType.YES_NO:
        return "one"
    if row.field.type in (FieldType.DAY, FieldType.MOMENT):
        return "days_between" if row.op.takes is Takes.TWO else "day"
    return "between" if row.op.takes is Takes.TWO else "text"


def builder_of(actor: Actor, asked: Asked) -> Builder:
    return Builder(actor, asked)
