"""Values as people read them, whatever kind of record they belong to."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.html import conditional_escape, format_html, format_html_join

from core.templatetags import ui
from workspaces.access.actor import Actor
from workspaces.members.models import User
from workspaces.records import refs
from workspaces.records.describing import fields_of
from workspaces.records.fields import Choice, Field, FieldType
from workspaces.records.kinds import RecordKind


@dataclass(frozen=True, slots=True)
class Shown:
    """One value of a record, written."""

    field: Field
    html: str


def shown_values(actor: Actor, kind: RecordKind, row: Any) -> list[Shown]:
    """The record's values this role may see, in the kind's order, then the workspace's own."""
    return _shown(actor, fields_of(actor, kind), row)


def own_values(actor: Actor, kind: RecordKind, row: Any) -> list[Shown]:
    """The values of the workspace's own fields that this role may see."""
    return _shown(actor, [one for one in fields_of(actor, kind) if one.is_custom], row)


def _shown(actor: Actor, fields: Sequence[Field], row: Any) -> list[Shown]:
    linked = _linked(actor, fields, row)
    return [Shown(one, written(actor, one, row, linked)) for one in fields]


def _linked(actor: Actor, fields: Sequence[Field], row: Any) -> dict[tuple[str, int], Any]:
    wanted = [(f.to, pk) for f in fields if f.to and (pk := f.value_of(row)) is not None]
    return dict(refs.named(actor, wanted))


def written(actor: Actor, field: Field, row: Any, linked: dict[tuple[str, int], Any]) -> str:
    """The value of a field in a row, safe to put on a page."""
    value = field.value_of(row)
    if value is None or value == "" or value in ([], ()):
        return _nothing(field, row)
    if field.type is FieldType.LINK:
        target = linked.get((field.to, value))
        if target is None:
            return ui.UNKNOWN
        return format_html('<a href="{}">{}</a>', target.url, target.label)
    if field.type is FieldType.PERSON:
        return conditional_escape(person(field, row, value))
    if field.value_type is FieldType.MONEY:
        own = field.unit or actor.workspace.currency
        return ui.money(value, getattr(row, field.currency, own) if field.currency else own)
    return plain(field, value)


def _nothing(field: Field, row: Any) -> str:
    """No value; a formula says why."""
    if field.why is None or not (reason := field.why(row)):
        return ui.UNKNOWN
    words = f"No value: {reason}"
    return format_html('<span class="text-secondary">{}</span>', words)


def person(field: Field, row: Any, value: Any) -> str:
    """What a member is called. A custom field holds just the id."""
    if not field.is_custom:
        return str(getattr(row, field.name))
    found = User.objects.filter(pk=value).first()
    return str(found) if found else "somebody who left"


def plain(field: Field, value: Any) -> str:
    """A value that needs no other row to be written."""
    match field.value_type:
        case FieldType.CHOICE:
            return tag(_choice(field, value))
        case FieldType.CHOICES:
            return format_html_join(" ", "{}", ((tag(_choice(field, one)),) for one in value))
        case FieldType.NUMBER:
            amount = ui.number(_decimal(value))
            return format_html("{} {}", amount, field.unit) if field.unit else amount
        case FieldType.PERCENT:
            return ui.percent(_decimal(value))
        case FieldType.DAY:
            return ui.day(parse_date(value) if isinstance(value, str) else value)
        case FieldType.MOMENT:
            return ui.ago(parse_datetime(value) if isinstance(value, str) else value)
        case FieldType.YES_NO:
            return "Yes" if value else "No"
        case FieldType.URL if str(value).lower().startswith(("http://", "https://")):
            return format_html(
                '<a href="{0}" rel="noopener nofollow ugc" target="_blank">{0}</a>', value
            )
    return conditional_escape(value)


def tag(choice: Choice) -> str:
    """A choice as a coloured tag; its words carry it, the colour repeats it."""
    return format_html('<span class="tag tag-{}">{}</span>', choice.tone, choice.label)


def _choice(field: Field, value: Any) -> Choice:
    known = (one for one in field.choices if one.value == str(value))
    return next(known, Choice(str(value), str(value)))


def _decimal(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
