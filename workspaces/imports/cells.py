"""What files say of a record, cell by cell, and whether a cell of a file says the same.

A cell that says what the record's own cell would say is left alone, so that an export imports back
as it is, whatever became of the names in it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_datetime

from workspaces.access.actor import Actor
from workspaces.fields import transfer as own
from workspaces.members.models import Membership
from workspaces.records import refs
from workspaces.records.fields import Field, FieldType
from workspaces.records.kinds import RecordKind

ID = "id"
LONGEST_SHEET_CELL = 32_767  # a longer text is cut off by spreadsheets


def in_files(field: Field) -> bool:
    """Whether a file has a column for it: what is worked out, or stands elsewhere, has none."""
    return not field.at and field.compute is None and field.type is not FieldType.FORMULA


def column_of(field: Field) -> str:
    """The name of its column."""
    return f"{own.PREFIX}{field.key}" if field.is_custom else field.name


def cells_of(actor: Actor, record: RecordKind, rows: Sequence[Any]) -> dict[int, dict[str, Any]]:
    """What files say of these records: their cells by column, by id."""
    built_in = [one for one in record.fields if in_files(one)]
    named = {one.name: _names(actor, one, rows) for one in built_in}
    names = own.names(actor, record.name)
    customs = own.exported(actor, record.name, [row.custom for row in rows])
    found = {}
    for row, mine in zip(rows, customs, strict=True):
        cells = {one.name: _cell(one, one.value_of(row), named[one.name]) for one in built_in}
        found[row.pk] = {ID: row.pk} | cells | dict(zip(names, mine, strict=True))
    return found


def _names(actor: Actor, field: Field, rows: Sequence[Any]) -> dict[int, str]:
    """What the records or people are called that a field leads to."""
    if field.type not in (FieldType.LINK, FieldType.PERSON):
        return {}
    pks = {field.value_of(row) for row in rows} - {None}
    if field.type is FieldType.PERSON:
        members = Membership.objects.visible_to(actor).filter(user__in=pks)
        return dict(members.values_list("user", "user__email"))
    linked, names = refs.linked(actor, field.to)
    return dict(linked.filter(pk__in=pks).values_list("pk", names[0])) if names and pks else {}


def _cell(field: Field, value: Any, names: Mapping[int, str]) -> Any:
    if value is None:
        return None
    match field.type:
        case FieldType.LINK | FieldType.PERSON:
            return names.get(value) or f"#{value}"
        case FieldType.CHOICE:
            return field.words(str(value))
        case FieldType.CHOICES:
            return ", ".join(field.words(str(one)) for one in value)
        case FieldType.PERCENT:
            return Decimal(str(value)).scaleb(2)
        case FieldType.YES_NO:
            return "yes" if value else "no"
    return Decimal(str(value)) if isinstance(value, float) else value


def same(said: Any, held: Any) -> bool:
    """Whether a staged cell says what a record's own cell says."""
    if held is None or held == "":
        return said is None
    if said is None:
        return False
    if isinstance(said, str):
        left, right = _lines(said), _lines(str(held))
        return left == right or (len(said) == LONGEST_SHEET_CELL and right.startswith(left))
    if isinstance(said, bool):
        return said == (held == "yes")
    if isinstance(said, datetime):
        return said == (parse_datetime(held) if isinstance(held, str) else held)
    if isinstance(said, date):
        return said == (date.fromisoformat(held) if isinstance(held, str) else held)
    return bool(Decimal(said) == Decimal(str(held)))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
