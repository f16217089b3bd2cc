"""Custom values in words, where there is no row to show them with: history, files."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime

from core.templatetags import ui
from workspaces.access.actor import Actor
from workspaces.fields import known
from workspaces.fields.models import CustomField
from workspaces.members.models import Membership
from workspaces.records import refs
from workspaces.records.changes import CUSTOM
from workspaces.records.fields import FieldType

GONE = "no longer there"


class Wording:
    """Says what custom values are called. People and records are looked up once for all."""

    def __init__(self, actor: Actor, said: Iterable[tuple[str, str, Any]]) -> None:
        """`said` are (kind, field's name, value) of all that will be asked."""
        self.actor = actor
        self.fields = {(one.kind, one.name): one for one in known.every(actor.workspace)}
        people, linked = set[int](), set[refs.Ref]()
        for kind, name, value in said:
            field = self.fields.get((kind, name))
            if field is None or not isinstance(value, int) or isinstance(value, bool):
                continue
            if field.type == FieldType.PERSON:
                people.add(value)
            elif field.type == FieldType.LINK:
                linked.add((field.to, value))
        self.people = self._people(people)
        self.linked = refs.named(actor, linked) if linked else {}

    def _people(self, pks: set[int]) -> dict[int, str]:
        if not pks:
            return {}
        rows = Membership.objects.visible_to(self.actor).filter(user__in=pks)
        return {row.user_id: str(row.user) for row in rows.select_related("user")}

    def lives(self, kind: str, name: str) -> bool:
        """Whether the field is there to be set."""
        field = self.fields.get((kind, name))
        return field is not None and field.retired_at is None

    def label(self, kind: str, name: str) -> str:
        """What the field is called; its key where there never was one."""
        field = self.fields.get((kind, name))
        return field.label if field else name.removeprefix(CUSTOM)

    def words(self, kind: str, name: str, value: Any) -> str:
        """The value as people read it."""
        if value is None or value == "" or value == []:
            return ""
        field = self.fields.get((kind, name))
        return str(value) if field is None else self._words(field, value)

    def _words(self, field: CustomField, value: Any) -> str:
        labels = {one["value"]: one["label"] for one in field.options}
        match field.type:
            case FieldType.CHOICE:
                return str(labels.get(value, value))
            case FieldType.CHOICES if isinstance(value, list):
                return ", ".join(str(labels.get(one, one)) for one in value)
            case FieldType.PERSON:
                return self.people.get(value, GONE)
            case FieldType.LINK:
                found = self.linked.get((field.to, value))
                return found.label if found else GONE
            case FieldType.YES_NO:
                return "Yes" if value else "No"
        return self._plain(field, value)

    def _plain(self, field: CustomField, value: Any) -> str:
        try:
            match field.type:
                case FieldType.MONEY:
                    currency = field.currency or self.actor.workspace.currency
                    return str(ui.money(Decimal(str(value)), currency))
                case FieldType.NUMBER:
                    return f"{ui.number(Decimal(str(value)))} {field.unit}".strip()
                case FieldType.PERCENT:
                    return str(ui.percent(Decimal(str(value))))
                case FieldType.DAY:
                    return str(ui.day(parse_date(value)))
                case FieldType.MOMENT:
                    return str(ui.moment(parse_datetime(value)))
        except (ArithmeticError, ValueError, TypeError):  # written before the type was another
            return str(value)
        return str(value)
