"""What a member asks of a list, read from its address and written back into one.

Everything a list shows stands in its address: filters, sort, group, columns and their widths,
density, layout, place. What an address cannot mean, or this member may not see, is left out; a
filter that cannot be read is refused in words, because leaving it out would show too much.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict

from core.errors import Refused
from core.typed import trimmed
from workspaces.access.actor import Actor
from workspaces.lists.building import drafted
from workspaces.lists.conditions import NOTHING, Condition, Group, condition, read_where, written
from workspaces.lists.filtering import q_of
from workspaces.lists.operators import OPERATORS, Takes
from workspaces.lists.paths import asked as can_ask
from workspaces.lists.quick import quick_filters
from workspaces.lists.sorting import sortable, sorting_of
from workspaces.records.describing import fields_of
from workspaces.records.fields import Field, FieldType
from workspaces.records.kinds import KINDS, RecordKind
from workspaces.records.lists import ListFilter

LONGEST_TEXT = 200
NARROWEST, WIDEST = 60, 800
LAYOUTS = ("table", "board")
DENSITIES = ("cozy", "compact", "roomy")
PLACE = ("after", "before")
KEPT = ("q", "where", "sort", "group", "columns", "widths", "frozen", "density", "layout", "view")
STAMPS = (
    Field("updated_at", "Changed", FieldType.MOMENT, editable=False, shown=False),
    Field("created_at", "Added", FieldType.MOMENT, editable=False, shown=False),
)
OLD_NAMES = {"updated": "updated_at"}


def listed_fields(actor: Actor, kind: RecordKind) -> dict[str, Field]:
    """The fields a list of this kind has for this member, by name: the kind's, then its stamps."""
    found = {one.name: one for one in fields_of(actor, kind) if _may_be_named(actor, one)}
    for one in STAMPS:
        found.setdefault(one.name, one)
    return found


def _may_be_named(actor: Actor, field: Field) -> bool:
    """Lists show and order the names of what a link leads to: of records one may read alone."""
    target = None if field.is_custom else KINDS.get(field.to)
    return target is None or actor.can(target.reads)


@dataclass(frozen=True, slots=True)
class Quick:
    """A short filter in use: a registered one, or a field's own name in the address."""

    name: str
    label: str
    text: str
    registered: ListFilter | None = None
    field: Field | None = None


class Asked:
    """One address of one kind's list, as one member may ask it."""

    def __init__(self, actor: Actor, kind: RecordKind, asked: QueryDict) -> None:
        self.actor, self.kind, self.asked = actor, kind, asked
        self.fields = listed_fields(actor, kind)

    @cached_property
    def filterable(self) -> dict[str, Field]:
        """The fields that can be filtered by."""
        return {name: one.as_value for name, one in self.fields.items() if can_ask(one)}

    def text(self, name: str) -> str:
        """What the address says; lists may be sent in pieces."""
        if name in ("sort", "columns", "widths"):
            found = ",".join(one for one in self.asked.getlist(name) if one)
        else:
            found = self.asked.get(name, "")
        return trimmed(found)

    @cached_property
    def search(self) -> str:
        return self.text("q")[:LONGEST_TEXT]

    @cached_property
    def quick(self) -> list[Quick]:
        """The short filters in use, registered ones first."""
        own = {one.name: one for one in quick_filters(self.actor, self.kind.name)}
        found = []
        for name in self.asked:
            text = self.text(name)[:LONGEST_TEXT]
            if not text or name in KEPT or name in PLACE or name in self.kind.kept:
                continue
            if name in own:
                found.append(Quick(name, own[name].label, text, own[name]))
            elif field := self.filterable.get(name):
                found.append(Quick(name, field.label, text, field=field))
        return found

    @cached_property
    def problem(self) -> str:
        """Why the filter cannot be read; nothing when it can."""
        try:
            _ = self._narrowing
        except Refused as refusal:
            return str(refusal)
        return ""

    @cached_property
    def where(self) -> Group:
        """The filter; one that cannot be read narrows nothing, and `problem` says why."""
        return NOTHING if self.problem else self._read

    @property
    def narrowing(self) -> Q:
        """The filter as the database asks it."""
        return Q() if self.problem else self._narrowing

    @cached_property
    def _narrowing(self) -> Q:
        return q_of(self.actor, self._read)

    @cached_property
    def _read(self) -> Group:
        if draft := drafted(self.filterable, self.asked):
            return draft
        return read_where(self.filterable, self.asked.get("where", ""))

    @cached_property
    def sorting(self) -> list[tuple[Field, bool]]:
        """What it is sorted by; the record's name when the address does not say."""
        parts = [part.strip() for part in self.text("sort").split(",")]
        named = [
            f"{part[: part.startswith('-')]}{OLD_NAMES.get(bare, bare)}"
            for part in parts
            for bare in (part.removeprefix("-"),)
        ]
        found = sorting_of(self.fields, ",".join(named))
        return found or [(first, False) for first in self.fields.values() if sortable(first)][:1]

    @cached_property
    def sort(self) -> str:
        return ",".join(f"{'-' if down else ''}{field.name}" for field, down in self.sorting)

    @cached_property
    def group(self) -> Field | None:
        """The field the rows are gathered by; a board always has one."""
        field = self.fields.get(self.text("group"))
        if field is not None and field.groups:
            return field.as_value
        if self.layout != "board":
            return None
        usual = self.fields.get(self.kind.board)
        return usual or next((one for one in self.fields.values() if one.groups), None)

    @cached_property
    def layout(self) -> str:
        asked = self.text("layout")
        if asked in self.kind.layouts:
            return asked
        return asked if asked in LAYOUTS and self.boards else "table"

    @cached_property
    def boards(self) -> bool:
        """Whether some field can make the columns of a board."""
        return any(one.groups for one in self.fields.values())

    @cached_property
    def density(self) -> str:
        asked = self.text("density")
        return asked if asked in DENSITIES else DENSITIES[0]

    @cached_property
    def frozen(self) -> bool:
        return self.text("frozen") == "1"

    @cached_property
    def named_columns(self) -> list[str]:
        """The columns the address names, in its order."""
        names = [OLD_NAMES.get(one, one) for one in self.text("columns").split(",")]
        return [name for name in dict.fromkeys(names) if name in self.fields]

    @cached_property
    def widths(self) -> dict[str, int]:
        """Widths in pixels, written `name:240,state:90`."""
        found = {}
        for part in self.text("widths").split(","):
            name, _, wide = part.partition(":")
            if name in self.fields and wide.isascii() and wide.isdigit() and len(wide) < 5:
                found[name] = max(NARROWEST, min(WIDEST, int(wide)))
        return found

    @property
    def is_narrowed(self) -> bool:
        return bool(self.search or self.quick or self.where.members)

    def parts(self) -> dict[str, str]:
        """The address in its usual form, without the place in the list."""
        return dict(self._parts)

    @cached_property
    def _parts(self) -> dict[str, str]:
        kept = {name: text for name in (*KEPT, *self.kind.kept) if (text := self.text(name))}
        kept |= {one.name: one.text for one in self.quick}
        kept.pop("where", None)
        if where := (written(self.where) if not self.problem else self.asked.get("where", "")):
            kept["where"] = where
        return kept

    def address(self, **changes: str) -> str:
        """This list with some of it changed; an empty text takes a part away."""
        return query({**self._parts, **changes})

    def without_condition(self, at: int) -> str:
        """The address without the condition at this place of the filter."""
        return self.address(where=written(_without(self.where, at)))


def quick_condition(one: Quick) -> Condition | None:
    """A field's short filter as a condition: the text is contained, or is one of the choices.

    None where the field cannot be asked so.
    """
    field = one.field
    if field is None:
        return None
    ops = {op.name: op for op in OPERATORS[field.type]}
    fields: Mapping[str, Field] = {field.name: field}
    if one.text == "none":
        return Condition(field, ops["empty"])
    if "contains" in ops:
        return condition(fields, field.name, "contains", [one.text])
    name = "is" if "is" in ops else "any"
    many = ops[name].takes is Takes.MANY
    values = [part for part in one.text.split(",") if part.strip()] if many else [one.text]
    return condition(fields, field.name, name, values)


def query(parts: Mapping[str, str]) -> str:
    """An address's query of these parts, the empty ones left out."""
    return urlencode([(name, value) for name, value in parts.items() if value])


def _without(group: Group, at: int) -> Group:
    counter = iter(range(10_000))

    def kept(one: Group) -> Group:
        members: list[Any] = []
        for member in one.members:
            if isinstance(member, Group):
                inner = kept(member)
                members += [inner] if inner.members else []
            elif next(counter) != at:
                members.append(member)
        return Group(one.join, tuple(members))

    return kept(group)
