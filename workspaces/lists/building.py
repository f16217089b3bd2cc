"""The filter builder: the rows of its form, with and without JavaScript.

A row is a condition: `w-3-field`, `w-3-op`, `w-3-value` (as often as it has values), `w-3-in` (0
for the top, else the number of its group). `w-join` says how the top is joined, `w-join-1` a group.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from workspaces.lists.conditions import JOINS, Condition, Group, condition
from workspaces.lists.operators import OPERATORS, Operator, Takes
from workspaces.records.fields import Field

_ROW = re.compile(r"^w-(\d{1,3})-(field|op|value|in)$")
MOST_ROWS, MOST_GROUPS = 40, 5


@dataclass(slots=True)
class Row:
    """A condition in the form; a new row may not yet say what it compares."""

    number: int
    field: Field | None = None
    op: Operator | None = None
    values: Sequence[str] = ()
    group: int = 0

    @property
    def operators(self) -> tuple[Operator, ...]:
        return OPERATORS[self.field.type] if self.field else ()

    @property
    def ready(self) -> bool:
        """Whether it has what its operator needs."""
        if self.field is None or self.op is None:
            return False
        needed = {Takes.NONE: 0, Takes.TWO: 2}.get(self.op.takes, 1)
        return len(self.values) >= needed


def rows_of(fields: Mapping[str, Field], asked: QueryDict) -> list[Row]:
    """The rows the form was sent with, ready or not."""
    parts: dict[int, dict[str, list[str]]] = defaultdict(dict)
    for name in asked:
        if found := _ROW.match(name):
            parts[int(found[1])][found[2]] = asked.getlist(name)
    rows = []
    for number, part in sorted(parts.items())[:MOST_ROWS]:
        rows.append(_row(fields, number, part))
    return rows


def _row(fields: Mapping[str, Field], number: int, part: dict[str, list[str]]) -> Row:
    row = Row(number, fields.get(next(iter(part.get("field", [])), "")))
    group = next(iter(part.get("in", [])), "0")
    row.group = int(group) if group.isascii() and group.isdigit() and len(group) < 2 else 0
    if row.field is not None:
        name = next(iter(part.get("op", [])), "")
        row.op = next((one for one in row.operators if one.name == name), row.operators[0])
        row.values = [text for text in part.get("value", []) if text.strip()]
        if row.op.takes is Takes.NONE:
            row.values = ()
        elif row.op.takes in (Takes.ONE, Takes.DAYS):
            row.values = row.values[:1]
    return row


def drafted(fields: Mapping[str, Field], asked: QueryDict) -> Group | None:
    """The filter the form was sent with; None when it was not. Raises Refused."""
    rows = [row for row in rows_of(fields, asked) if row.ready]
    if not rows and "w-join" not in asked:
        return None
    top: list[Condition | Group] = []
    groups: dict[int, list[Condition]] = defaultdict(list)
    for row in rows:
        if row.field is None or row.op is None:
            continue
        found = condition(fields, row.field.name, row.op.name, row.values)
        if row.group:
            groups[row.group].append(found)
        else:
            top.append(found)
    for number, members in sorted(groups.items()):
        top.append(Group(_join(asked, f"w-join-{number}", "or"), tuple(members)))
    return Group(_join(asked, "w-join", "and"), tuple(top))


def _join(asked: QueryDict, name: str, usual: str) -> str:
    found = asked.get(name, "")
    return found if found in JOINS else usual


@dataclass(slots=True)
class Block:
    """A part of the form: the top, or one group, with its rows."""

    number: int
    join: str
    rows: list[Row]


def blocks_of(where: Group, unfinished: list[Row]) -> list[Block]:
    """The form for a filter: the top first, then its groups, each with the rows begun in it."""
    top, number = Block(0, where.join, []), 0
    groups: list[Block] = []
    for member in where.members:
        if isinstance(member, Group):
            block = Block(len(groups) + 1, member.join, [])
            groups.append(block)
            inside: Any = member.members
        else:
            block, inside = top, (member,)
        for one in inside:
            values = [str(value) for value in one.values]
            block.rows.append(Row(number, one.field, one.op, values, block.number))
            number += 1
    for row in unfinished:
        home = next((b for b in groups if b.number == row.group), top)
        home.rows.append(Row(number, row.field, row.op, row.values, home.number))
        number += 1
    return [top, *groups]
