"""Conditions as the database asks them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import reduce
from math import ceil, floor
from operator import and_, or_
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from core.clock import today
from core.errors import Refused
from workspaces.access.actor import Actor
from workspaces.fields.queries import holds
from workspaces.lists.conditions import Condition, Group
from workspaces.lists.operators import Takes
from workspaces.lists.paths import compared, lookup_path, text_path
from workspaces.records.fields import Field, FieldType
from workspaces.records.parsing import Parser

Ask = Callable[[str, list[Any]], Q]
MOST_DAYS = 36_500
TEXTS = (FieldType.TEXT, FieldType.LONG_TEXT, FieldType.URL)
TIMES = (FieldType.DAY, FieldType.MOMENT)


def q_of(actor: Actor, group: Group) -> Q:
    """The rows for which the group holds. Raises Refused for a value that cannot be read."""
    parser = Parser(actor)
    parts = [
        q_of(actor, one) if isinstance(one, Group) else _ask(actor, parser, one)
        for one in group.members
    ]
    return reduce(and_ if group.join == "and" else or_, parts) if parts else Q()


def _ask(actor: Actor, parser: Parser, one: Condition) -> Q:
    field, path = one.field, lookup_path(one.field)
    if one.op.name in ("empty", "filled"):
        nothing = empty(field)
        return nothing if one.op.name == "empty" else ~nothing
    if field.type in TIMES:
        return _time(actor, parser, one, path)
    values = [read(parser, field, value) for value in one.values]
    if field.type is FieldType.CHOICES:
        return _several(field, one.op.name, values)
    if one.op.takes is Takes.MANY:
        found = _one_of(field, path, values)
        return found if one.op.name == "is" else ~found | Q(**{f"{path}__isnull": True})
    if field.type in TEXTS:
        return _TEXT[one.op.name](text_path(field), values)
    if field.places == 0 and any(value != int(value) for value in values):
        return _whole(one.op.name, path, values)
    return _NUMBER[one.op.name](path, [compared(field, value) for value in values])


def _one_of(field: Field, path: str, values: list[Any]) -> Q:
    if not field.is_custom or field.ask:
        return Q(**{f"{path}__in": values})
    return reduce(or_, (holds(field.key, value) for value in values))


def _whole(op: str, path: str, values: list[Any]) -> Q:
    """Whole numbers beside a fraction, which the database would cut: 2 is less than 2.5."""
    if op in ("is", "not"):
        nothing = Q(pk__in=[])
        return nothing if op == "is" else ~nothing
    low, high = floor(min(values)), ceil(min(values))
    match op:
        case "gt" | "gte":
            return Q(**{f"{path}__gt": low})
        case "lt" | "lte":
            return Q(**{f"{path}__lt": high})
    return Q(**{f"{path}__gte": high, f"{path}__lte": floor(max(values))})


def empty(field: Field) -> Q:
    """The rows in which the field has no value."""
    path = lookup_path(field)
    found = Q(**{f"{path}__isnull": True})
    if field.type in (*TEXTS, FieldType.CHOICE):
        return found | Q(**{path: ""})
    return found | Q(**{path: []}) if field.type is FieldType.CHOICES else found


def read(parser: Parser, field: Field, value: Any) -> Any:
    """A value of a filter: texts as people type them, JSON's own numbers and truths as they are."""
    if isinstance(value, bool | int | float):
        plain = _plain(field, value)
        if plain is not None:
            return plain
    text = str(value).strip()
    if field.type in (FieldType.PERSON, FieldType.LINK) and text.isdecimal():
        return _id(int(text))
    if field.type in TEXTS:
        if "\x00" in text:
            raise Refused("This filter has signs that cannot be stored.")
        return text
    if field.type is FieldType.CHOICES:  # a value of a filter is one of several
        field = replace(field, type=FieldType.CHOICE)
    if not text:
        raise Refused(f"Say what {field.label} should be.")
    return parser.value(field, text)


def _plain(field: Field, value: float) -> Any:
    """A number or truth of JSON, where the field holds such; None where it must be read."""
    if isinstance(value, bool):
        return value if field.type is FieldType.YES_NO else None
    if field.type in (FieldType.PERSON, FieldType.LINK):
        return _id(value)
    return _finite(value) if field.numeric else None


def _id(value: float) -> int:
    if not 0 <= value < 2**63 or value != int(value):
        raise Refused("An id is a whole number.")
    return int(value)


def _finite(value: Any) -> Decimal:
    try:
        found = Decimal(str(value))
    except ArithmeticError:
        raise Refused(f"“{str(value)[:40]}” is not a number.") from None
    if not found.is_finite() or abs(found.adjusted()) > 20:
        raise Refused(f"“{str(value)[:40]}” is not a number that can be compared.")
    return found


def _either(path: str) -> Q:
    return Q(**{f"{path}__isnull": True})


_TEXT: dict[str, Ask] = {
    "contains": lambda path, v: Q(**{f"{path}__icontains": v[0]}),
    "lacks": lambda path, v: ~Q(**{f"{path}__icontains": v[0]}) | _either(path),
    "is": lambda path, v: Q(**{f"{path}__iexact": v[0]}),
    "not": lambda path, v: ~Q(**{f"{path}__iexact": v[0]}) | _either(path),
    "starts": lambda path, v: Q(**{f"{path}__istartswith": v[0]}),
    "ends": lambda path, v: Q(**{f"{path}__iendswith": v[0]}),
}
_NUMBER: dict[str, Ask] = {
    "is": lambda path, v: Q(**{path: v[0]}),
    "not": lambda path, v: ~Q(**{path: v[0]}) | _either(path),
    "gt": lambda path, v: Q(**{f"{path}__gt": v[0]}),
    "gte": lambda path, v: Q(**{f"{path}__gte": v[0]}),
    "lt": lambda path, v: Q(**{f"{path}__lt": v[0]}),
    "lte": lambda path, v: Q(**{f"{path}__lte": v[0]}),
    "between": lambda path, v: Q(**{f"{path}__gte": min(v), f"{path}__lte": max(v)}),
}


def _several(field: Field, op: str, values: list[Any]) -> Q:
    if field.is_custom and not field.ask:
        asked = [holds(field.key, [value]) for value in values]
    else:
        path = lookup_path(field)
        asked = [Q(**{f"{path}__contains": [value]}) for value in values]
    found = reduce(and_ if op == "all" else or_, asked)
    return ~found | empty(field) if op == "none" else found


def _time(actor: Actor, parser: Parser, one: Condition, path: str) -> Q:
    """Days compare as days of the workspace's zone; a moment belongs to its day."""
    first, last = _days(actor, parser, one)
    asked: dict[str, Any]
    if one.field.type is FieldType.MOMENT:
        zone = ZoneInfo(actor.workspace.timezone)
        start = None if first is None else _midnight(first, zone)
        end = None if last is None else _midnight(last + timedelta(days=1), zone)
        asked = {f"{path}__gte": start, f"{path}__lt": end}
    else:
        asked = {f"{path}__gte": first, f"{path}__lte": last}
    return Q(**{name: compared(one.field, v) for name, v in asked.items() if v is not None})


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _days(actor: Actor, parser: Parser, one: Condition) -> tuple[date | None, date | None]:
    """The first and the last day that are meant, both included."""
    now = today(actor.workspace.timezone)
    if one.op.takes is Takes.DAYS:
        many = _finite(one.values[0])
        if not 0 <= many <= MOST_DAYS or many != int(many):
            raise Refused(f"Days are a whole number up to {MOST_DAYS:,}.")
        span = timedelta(days=int(many))
        return (now - span, now) if one.op.name == "last" else (now, now + span)
    days = [_day(parser, one.field, value, now) for value in one.values]
    match one.op.name:
        case "before":
            return None, days[0] - timedelta(days=1)
        case "after":
            return days[0] + timedelta(days=1), None
        case "between":
            return min(days), max(days)
    return days[0], days[0]


def _day(parser: Parser, field: Field, value: Any, now: date) -> date:
    text = str(value).strip()
    if text == "today":
        return now
    found = parser.value(Field(field.name, field.label, FieldType.DAY), text)
    if found is None:
        raise Refused(f"Say which day {field.label} should be.")
    day: date = found
    return day
