"""A filter as it stands in an address: conditions joined by and/or, with one level of groups.

`{"and": [{"field": "state", "op": "is", "value": ["live"]}, {"or": [...]}]}`
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from core.errors import Refused
from workspaces.lists.operators import OPERATORS, Operator, Takes, operator
from workspaces.records.fields import Field

LONGEST, MOST_CONDITIONS, MOST_VALUES, LONGEST_VALUE = 8_000, 40, 100, 500
JOINS = ("and", "or")


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison. `values` are as they were typed, or plain numbers and truths of JSON."""

    field: Field
    op: Operator
    values: tuple[Any, ...] = ()

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"field": self.field.name, "op": self.op.name}
        if self.op.takes in (Takes.MANY, Takes.TWO):
            found["value"] = list(self.values)
        elif self.op.takes is not Takes.NONE:
            found["value"] = self.values[0]
        return found


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions and, at the top, groups of them, all of which or any of which must hold."""

    join: str
    members: tuple["Condition | Group", ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {self.join: [one.as_json() for one in self.members]}

    def conditions(self) -> Iterator[Condition]:
        for one in self.members:
            if isinstance(one, Group):
                yield from one.conditions()
            else:
                yield one


NOTHING = Group("and")


def read_where(fields: Mapping[str, Field], text: str) -> Group:
    """The filter written in an address. Raises Refused in words for what cannot be read."""
    if not text.strip():
        return NOTHING
    if len(text) > LONGEST:
        raise Refused("This filter is too long.")
    try:
        raw = orjson.loads(text)  # strict: neither half characters nor numbers without end
    except ValueError:
        raise Refused("This filter is not written as JSON.") from None
    found = _group(fields, raw, depth=0)
    if sum(1 for _ in found.conditions()) > MOST_CONDITIONS:
        raise Refused(f"A filter has at most {MOST_CONDITIONS} conditions.")
    return found


def redacted(fields: Mapping[str, Field], text: str) -> str:
    """A filter somebody else wrote, without the values of fields that are none of these."""

    def kept(raw: Any) -> Any:
        if isinstance(raw, list):
            return [kept(one) for one in raw]
        if not isinstance(raw, dict):
            return raw
        known = "field" not in raw or raw["field"] in fields
        return {name: kept(one) for name, one in raw.items() if known or name != "value"}

    return json.dumps(kept(orjson.loads(text)), separators=(",", ":"), ensure_ascii=False)


def written(group: Group) -> str:
    """The filter as an address holds it; nothing for one that narrows nothing."""
    if not group.members:
        return ""
    return json.dumps(group.as_json(), separators=(",", ":"), ensure_ascii=False)


def condition(fields: Mapping[str, Field], name: Any, op: Any, values: Sequence[Any]) -> Condition:
    """One comparison, checked for what it names and how many values it has. Raises Refused."""
    field = fields.get(name) if isinstance(name, str) else None
    if field is None:
        raise Refused(f"There is no field “{str(name)[:40]}” to filter by here.")
    found = operator(field.type, op) if isinstance(op, str) else None
    if found is None:
        known = ", ".join(one.name for one in OPERATORS[field.type])
        raise Refused(f"{field.label} cannot be asked “{str(op)[:20]}”. Use one of: {known}.")
    values = tuple(values) if found.takes is not Takes.NONE else ()
    _check_values(field, found, values)
    return Condition(field, found, values)


def _check_values(field: Field, op: Operator, values: Sequence[Any]) -> None:
    if any(not isinstance(one, str | int | float | bool) for one in values):
        raise Refused(f"The values for {field.label} must be texts or numbers.")
    if any(isinstance(one, str) and len(one) > LONGEST_VALUE for one in values):
        raise Refused(f"A value for {field.label} is too long.")
    if op.takes is Takes.MANY and not 1 <= len(values) <= MOST_VALUES:
        raise Refused(f"{field.label} “{op.label}” needs 1 to {MOST_VALUES} values.")
    wanted = {Takes.NONE: 0, Takes.TWO: 2}.get(op.takes, 1)
    if op.takes is not Takes.MANY and len(values) != wanted:
        raise Refused(f"{field.label} “{op.label}” needs {wanted} value{'s'[: wanted != 1]}.")


def _group(fields: Mapping[str, Field], raw: Any, depth: int) -> Group:
    if not isinstance(raw, dict) or len(raw) != 1 or next(iter(raw)) not in JOINS:
        raise Refused("A filter is {“and”: […]} or {“or”: […]}.")
    if depth > 1:
        raise Refused("A group of a filter holds conditions, not further groups.")
    join, members = next(iter(raw.items()))
    if not isinstance(members, list) or len(members) > MOST_CONDITIONS:
        raise Refused(f"“{join}” needs a list of at most {MOST_CONDITIONS} conditions.")
    return Group(join, tuple(_member(fields, one, depth) for one in members))


def _member(fields: Mapping[str, Field], raw: Any, depth: int) -> Condition | Group:
    if isinstance(raw, dict) and "field" in raw:
        value = raw.get("value", [])
        values = value if isinstance(value, list) else [value]
        return condition(fields, raw["field"], raw.get("op"), values)
    return _group(fields, raw, depth + 1)
