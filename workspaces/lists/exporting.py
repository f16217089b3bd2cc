"""A kind's list as a file: every row of it, with the columns of the screen, in its order."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.http import HttpResponse

from core.clock import today
from workspaces.lists.cells import reader_of
from workspaces.lists.listing import KindList
from workspaces.lists.naming import names_of
from workspaces.records.exporting import file_of
from workspaces.records.fields import Field, FieldType, value_at

CHUNK = 2_000


def as_file(listing: KindList, extension: str) -> HttpResponse:
    """Every row of the list, whatever page is open."""
    workspace = listing.actor.workspace
    day = today(workspace.timezone).isoformat()
    name = f"{workspace.slug}-{listing.kind.address}-{day}.{extension}"
    headers = []
    for field in listing.columns:
        headers.append(field.label)
        if field.currency:
            headers.append(f"{field.label} currency")
    return file_of(name, extension, headers, _values(listing))


def _values(listing: KindList) -> Iterator[list[Any]]:
    rows = listing.order.of_all(listing.loaded).iterator(chunk_size=CHUNK)
    while part := list(islice(rows, CHUNK)):
        names = names_of(listing.actor, listing.columns, part)
        readers = [(field, reader_of(field, names)) for field in listing.columns]
        for row in part:
            cells: list[Any] = []
            for field, read in readers:
                cells.append(file_value(field, read(row)))
                if field.currency:
                    cells.append(value_at(row, field.currency) or "")
            yield cells


def file_value(field: Field, value: Any) -> Any:
    """A value as a file holds it: rates as percent, moments to the second, choices in words."""
    if value is None:
        return ""
    match field.type:
        case FieldType.PERCENT:
            return (Decimal(str(value)) * 100).normalize()
        case FieldType.CHOICE:
            return field.words(str(value))
        case FieldType.CHOICES:
            return ", ".join(field.words(str(one)) for one in value)
        case FieldType.YES_NO:
            return "yes" if value else "no"
        case FieldType.NUMBER | FieldType.MONEY | FieldType.FORMULA:
            return Decimal(str(value)) if not isinstance(value, int | Decimal) else value
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return value
