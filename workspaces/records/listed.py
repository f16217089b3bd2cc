"""The list of a kind of record, made of its fields."""

from typing import Any

from django.utils.html import format_html

from workspaces.access.actor import Actor
from workspaces.records import refs
from workspaces.records.fields import Field, FieldType
from workspaces.records.kinds import RecordKind
from workspaces.records.lists import ListColumn, RecordList, Shows
from workspaces.records.showing import plain

SHOWS = {
    FieldType.NUMBER: Shows.COUNT,
    FieldType.MONEY: Shows.MONEY,
    FieldType.PERCENT: Shows.PERCENT,
    FieldType.DAY: Shows.DAY,
    FieldType.MOMENT: Shows.AGO,
}


def list_of(kind: RecordKind) -> RecordList:
    """Its columns in the order of its fields; the first opens the record."""
    spec = RecordList(kind.address, kind.rows, kind.fields[0].name)
    for order, field in enumerate(kind.fields, start=1):
        spec.add_column(_column(kind, field, order))
    return spec


def _column(kind: RecordKind, field: Field, order: int) -> ListColumn:
    sortable = not (field.is_custom or field.type in (FieldType.LINK, FieldType.PERSON))
    return ListColumn(
        field.name,
        field.label,
        _value(field),
        sort=(field.sort or field.name) if sortable else "",
        perm=field.perm,
        shows=SHOWS.get(field.type, Shows.TEXT),
        nullable=not field.required,
        related=(field.name,) if field.type in (FieldType.LINK, FieldType.PERSON) else (),
        chosen=field.shown,
        order=order,
        html=_opening(kind, field) if order == 1 else _html(field),
    )


def _value(field: Field) -> Any:
    def value(row: Any) -> Any:
        if field.type in (FieldType.LINK, FieldType.PERSON):
            found = getattr(row, field.name)
            return str(found) if found is not None else None
        stored = field.value_of(row)
        return field.words(str(stored)) if field.type is FieldType.CHOICE and stored else stored

    return value


def _html(field: Field) -> Any:
    if field.type not in (FieldType.CHOICE, FieldType.CHOICES, FieldType.YES_NO, FieldType.URL):
        return None

    def html(actor: Actor, row: Any) -> str:
        stored = field.value_of(row)
        return plain(field, stored) if stored not in (None, "", []) else ""

    return html


def _opening(kind: RecordKind, field: Field) -> Any:
    def html(actor: Actor, row: Any) -> str:
        url = refs.url_of(actor, kind, row.pk)
        return format_html('<a class="record-link" href="{}"><span>{}</span></a>', url, str(row))

    return html
