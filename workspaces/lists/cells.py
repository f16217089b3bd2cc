"""Cells of a list: what writes a value, and the text it is edited as. Asked once a column."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import get_decimal_symbol
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.safestring import SafeString, mark_safe

from core.formats import locale_of
from core.reader import reader_locale
from core.templatetags import ui
from core.web import safely
from workspaces.access.actor import Actor
from workspaces.records import refs
from workspaces.records.fields import Field, FieldType, value_at
from workspaces.records.kinds import RecordKind
from workspaces.records.showing import plain

Written = Callable[[Any], str]
Names = Mapping[tuple[str, int], str]
_ANY = 1_234_567_890_123
LONG = 160


def writer_of(actor: Actor, kind: RecordKind, field: Field, names: Names) -> Written:
    """What writes a row's cell, safe to put on a page; what is unknown is said.

    `names` are what the records and people are called that custom fields lead to.
    """
    if field.compute is not None:
        return _worked_out(actor, field)
    if field.name in kind.looks:
        own = kind.looks[field.name]
        return lambda row: safely(own(actor, row))
    if kind.fields and field.name == kind.fields[0].name:
        return _opening(actor, kind)
    value, write = reader_of(field, names), _WRITES.get(field.type)
    if field.type is FieldType.MONEY:
        return _money(actor, field)
    if field.type is FieldType.NUMBER:
        return _number(field)
    if field.type is FieldType.LONG_TEXT:
        return lambda row: ui.UNKNOWN if not (v := value(row)) else escape(_short(str(v)))
    if field.type in (FieldType.CHOICE, FieldType.CHOICES, FieldType.URL):
        return _remembered(field)

    def cell(row: Any) -> str:
        found = value(row)
        if found is None or found == "":
            return ui.UNKNOWN
        return safely(write(found) if write else found)

    return cell


def reader_of(field: Field, names: Names) -> Callable[[Any], Any]:
    """What reads a field's value as people know it: links and people by name."""
    if field.type not in (FieldType.LINK, FieldType.PERSON):
        return field.value_of
    if field.is_custom:
        key = field.to if field.type is FieldType.LINK else "person"
        return lambda row: names.get((key, pk)) if (pk := field.value_of(row)) else None
    name = field.path

    def linked(row: Any) -> str | None:
        found = value_at(row, name)
        return None if found is None else str(found)

    return linked


def text_of(actor: Actor, field: Field, names: Names) -> Callable[[Any], str]:
    """What a cell is edited as, copied as and exported as: what `Parser` reads back."""
    read = reader_of(field, names)
    point = get_decimal_symbol(locale_of(reader_locale()))
    zone = ZoneInfo(actor.workspace.timezone)

    def text(row: Any) -> str:
        value = read(row)
        if value is None:
            return ""
        match field.type:
            case FieldType.NUMBER | FieldType.MONEY | FieldType.FORMULA:
                return _digits(value).replace(".", point)
            case FieldType.PERCENT:
                return f"{_digits(Decimal(str(value)) * 100).replace('.', point)} %"
            case FieldType.MOMENT:
                found = parse_datetime(value) if isinstance(value, str) else value
                return f"{found.astimezone(zone):%Y-%m-%d %H:%M}" if found else ""
            case FieldType.YES_NO:
                return "Yes" if value else "No"
            case FieldType.CHOICE:
                return field.words(str(value))
            case FieldType.CHOICES:
                return ", ".join(field.words(str(one)) for one in value)
        return str(value)

    return text


def _digits(value: Any) -> str:
    text = format(Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _opening(actor: Actor, kind: RecordKind) -> Written:
    """The record's name as the link that opens it; where it opens is asked once."""
    before, found, after = refs.url_of(actor, kind, _ANY).partition(str(_ANY))

    def cell(row: Any) -> SafeString:
        url = f"{before}{row.pk}{after}" if found else before
        return mark_safe(
            f'<a class="record-link" href="{escape(url)}"><span>{escape(str(row))}</span></a>'
        )

    return cell


def _money(actor: Actor, field: Field) -> Written:
    own = (field.unit if field.is_custom else "") or actor.workspace.currency

    def cell(row: Any) -> str:
        value = field.value_of(row)
        if value is None:
            return ui.UNKNOWN
        currency = (value_at(row, field.currency) or own) if field.currency else own
        return safely(ui.money(value, currency))

    return cell


def _number(field: Field) -> Written:
    unit = f" {escape(field.unit)}" if field.unit else ""
    places = "" if field.places is None else field.places

    def cell(row: Any) -> str:
        value = field.value_of(row)
        if value is None:
            return ui.UNKNOWN
        if not isinstance(value, int | Decimal):
            return safely(plain(field, value))
        return f"{escape(ui.number(value, places))}{unit}"

    return cell


def _remembered(field: Field) -> Written:
    """Each of few values is written once."""

    @cache
    def write(value: Any) -> str:
        return safely(plain(field, list(value) if isinstance(value, tuple) else value))

    def cell(row: Any) -> str:
        value = field.value_of(row)
        if value is None or value == "" or value == []:
            return ui.UNKNOWN
        return write(tuple(value) if isinstance(value, list) else value)

    return cell


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONG else f"{line[: LONG - 1]}…"


def _worked_out(actor: Actor, field: Field) -> Written:
    """A formula's value, or in words why there is none."""

    plain_field = replace(field, type=field.value_type)

    def cell(row: Any) -> str:
        value = field.value_of(row)
        if value is None:
            why = field.why(row) if field.why else "unknown"
            return mark_safe(f'<span class="unknown" title="{escape(why)}">—</span>')
        if plain_field.type is FieldType.MONEY:
            return safely(ui.money(value, field.unit or actor.workspace.currency))
        return safely(plain(plain_field, value))

    return cell


def _day(value: Any) -> str:
    return ui.day(parse_date(value) if isinstance(value, str) else value)


def _moment(value: Any) -> str:
    found: datetime | None = parse_datetime(value) if isinstance(value, str) else value
    return ui.ago(found)


_WRITES: dict[FieldType, Callable[[Any], str]] = {
    FieldType.DAY: _day,
    FieldType.MOMENT: _moment,
    FieldType.PERCENT: ui.percent,
    FieldType.YES_NO: lambda value: "Yes" if value else "No",
}
