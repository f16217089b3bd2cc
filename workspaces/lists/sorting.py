"""What a kind's records may be sorted and grouped by."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.db.models import Field as ModelField

from workspaces.lists import ordering
from workspaces.lists.ordering import Key, Order
from workspaces.lists.paths import asked, lookup_path, with_values
from workspaces.records.fields import Field, FieldType, value_at
from workspaces.records.kinds import KINDS, RecordKind

MOST_KEYS = 4
_READ = {
    FieldType.NUMBER: ordering.number_of,
    FieldType.MONEY: ordering.number_of,
    FieldType.PERCENT: ordering.number_of,
    FieldType.DAY: date.fromisoformat,
    FieldType.YES_NO: bool,
}


def sortable(field: Field) -> bool:
    """Whether its values have an order people know."""
    if field.value_type in (FieldType.CHOICES, FieldType.LONG_TEXT) or not asked(field):
        return False
    return not (field.is_custom and field.type in (FieldType.LINK, FieldType.PERSON))


def sorting_of(fields: Mapping[str, Field], text: str) -> list[tuple[Field, bool]]:
    """The fields an address sorts by, and whether each descends. What it cannot mean is left out.

    `-updated_at,name` is newest first, then by name.
    """
    found: dict[str, tuple[Field, bool]] = {}
    for part in text.split(",")[:MOST_KEYS]:
        name = part.strip()
        field = fields.get(name.removeprefix("-"))
        if field is not None and sortable(field):
            found.setdefault(field.name, (field, name.startswith("-")))
    return list(found.values())


def order_of(
    kind: RecordKind,
    sorting: Sequence[tuple[Field, bool]],
    workspace_id: int,
    group: Field | None = None,
) -> Order:
    """The keys of a list: its group first, then what it is sorted by."""
    keys = [] if group is None else [_group_key(kind, group)]
    for field, descending in sorting:
        keys += _keys(kind, field, descending)
    once: dict[str, Key] = {}
    for key in keys:
        once.setdefault(key.path, key)
    return Order(tuple(once.values()), workspace_id)


def with_formulas(rows: QuerySet[Any], *fields: Field) -> QuerySet[Any]:
    """The rows, each knowing the formulas it is put in order by."""
    own = {lookup_path(one): one.ask() for one in fields if one.ask is not None}
    return rows.annotate(**own) if own else rows


def with_group(rows: QuerySet[Any], group: Field | None) -> QuerySet[Any]:
    """The rows, knowing where the value of a choice stands among its choices."""
    if group is None or group.type is not FieldType.CHOICE:
        return rows
    path = lookup_path(group)
    whens = [
        When(**{path: one.value}, then=Value(at)) for at, one in enumerate(group.choices, start=0)
    ]
    rank = Case(*whens, default=Value(len(whens)), output_field=IntegerField())
    return with_values(rows, group).alias(group_rank=rank)


def _group_key(kind: RecordKind, field: Field) -> Key:
    if field.type is FieldType.CHOICE:
        places = {one.value: at for at, one in enumerate(field.choices)}
        last = len(places)
        return Key("group_rank", lambda row: places.get(field.value_of(row), last), int)
    if field.is_custom:
        return _own_key(field, descending=False)
    return _keys(kind, field, descending=False)[0]


def _keys(kind: RecordKind, field: Field, descending: bool) -> list[Key]:
    if field.is_custom:
        return [_own_key(field, descending)]
    paths = [path.strip() for path in (field.sort or _usual(field)).split(",")]
    return [_path_key(kind.model, path, descending) for path in paths]


def _usual(field: Field) -> str:
    if field.type is FieldType.LINK:
        return f"{field.path}__{KINDS[field.to].naming[0]}"
    return f"{field.path}__name" if field.type is FieldType.PERSON else field.path


def _own_key(field: Field, descending: bool) -> Key:
    if field.ask is not None:  # as the database worked it out, so that a place is met again
        path = lookup_path(field)
        read = _READ.get(field.value_type, ordering.text_of)
        return Key(path, lambda row: getattr(row, path), read, descending, nullable=True)
    return Key(lookup_path(field), field.value_of, ordering.plain_of, descending, nullable=True)


def _path_key(model: Any, path: str, descending: bool) -> Key:
    """A key of columns, its own or a row's beside it; nullable where any step may be missing."""
    *steps, last = path.split("__")
    nullable = False
    for step in steps:
        link = model._meta.get_field(step)
        nullable = nullable or bool(getattr(link, "null", True)) or not link.concrete
        model = link.related_model
    column: ModelField[Any, Any] = model._meta.get_field(last)
    nullable = nullable or column.null

    def read(value: Any) -> Any:
        found = column.to_python(ordering.text_of(value))
        if isinstance(found, Decimal):
            return ordering.number_of(found)
        return found

    return Key(path, lambda row: value_at(row, path), read, descending, nullable)
