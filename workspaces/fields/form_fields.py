"""Custom fields in forms: any form of a record takes them in, and hands its values to the verb."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from workspaces.access.actor import Actor
from workspaces.fields.storing import DIGITS, LONGEST
from workspaces.members.models import Membership
from workspaces.records import refs
from workspaces.records.changes import CUSTOM
from workspaces.records.describing import fields_of
from workspaces.records.fields import Field, FieldType
from workspaces.records.kinds import KINDS, RecordKind

MOST_LINKED = 500


class PercentField(forms.DecimalField):
    """A rate, typed as percent."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int | float | Decimal):
            return (Decimal(str(value)) * 100).normalize().__format__("f")
        return value

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return None if found is None else found / 100


class MomentInput(forms.DateTimeField):
    """A moment in the workspace's zone."""

    def __init__(self, zone: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zone = ZoneInfo(zone)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) and (moment := parse_datetime(value)) and moment.tzinfo:
            return moment.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M")
        return value

    def clean(self, value: Any) -> Any:
        with timezone.override(self.zone):
            return super().clean(value)


def custom_of(actor: Actor, kind: RecordKind) -> list[Field]:
    """The custom fields of a kind that this member may set."""
    return [one for one in fields_of(actor, kind) if one.is_custom and one.editable]


def add_custom(form: forms.BaseForm, actor: Actor, kind: RecordKind, row: Any = None) -> None:
    """Give a form the custom fields of a kind, with what the row holds, else the defaults."""
    for one in custom_of(actor, kind):
        form.fields[one.name] = form_field(actor, one)
        if row is not None and row.pk is not None:
            form.initial[one.name] = one.value_of(row)
        elif one.default is not None:
            form.initial[one.name] = one.default


def form_field(actor: Actor, field: Field) -> forms.Field:
    """The form field that takes the values of a custom field."""
    how: dict[str, Any] = {
        "label": field.label,
        "help_text": field.help,
        "required": field.required and field.type is not FieldType.YES_NO,
    }
    match field.type:
        case FieldType.LONG_TEXT:
            area = forms.Textarea(attrs={"rows": 4})
            return forms.CharField(max_length=LONGEST[field.type], widget=area, **how)
        case FieldType.NUMBER | FieldType.MONEY:
            how["label"] = (
                f"{field.label} ({_unit(actor, field)})" if _unit(actor, field) else field.label
            )
            return forms.DecimalField(max_digits=DIGITS, **how)
        case FieldType.PERCENT:
            how["label"] = f"{field.label} (%)"
            return PercentField(max_digits=DIGITS, min_value=0, max_value=100, **how)
        case FieldType.DAY:
            return forms.DateField(
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **how
            )
        case FieldType.MOMENT:
            widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
            return MomentInput(actor.workspace.timezone, widget=widget, **how)
        case FieldType.URL:
            return forms.URLField(max_length=LONGEST[field.type], assume_scheme="https", **how)
        case FieldType.TEXT:
            return forms.CharField(max_length=LONGEST[field.type], **how)
    return _chosen(actor, field, how)


def _chosen(actor: Actor, field: Field, how: dict[str, Any]) -> forms.Field:
    """A field whose value is chosen from a list."""
    options = [(one.value, one.label) for one in field.choices]
    if field.type is FieldType.CHOICES:
        return forms.MultipleChoiceField(choices=options, **how)
    if field.type is FieldType.YES_NO:
        options = [("yes", "Yes"), ("no", "No")]
    elif field.type is FieldType.PERSON:
        people = Membership.objects.visible_to(actor).active().select_related("user")
        options = [(str(row.user_id), str(row.user)) for row in people.order_by("user__name")]
    elif field.type is FieldType.LINK:
        return LinkField(actor, field, **how)
    return OneField(choices=[("", "—"), *options], **how)


class OneField(forms.ChoiceField):
    """One of a list; yes and no as words."""

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


class LinkField(forms.ChoiceField):
    """A record of another kind: the newest to choose from, and the one that is set."""

    def __init__(self, actor: Actor, field: Field, **how: Any) -> None:
        super().__init__(**how)
        self.actor, self.kind = actor, KINDS.get(field.to)
        readable = self.kind is not None and actor.can(self.kind.reads)
        rows = self.kind.rows(actor).order_by("-pk")[:MOST_LINKED] if self.kind and readable else []
        named = sorted(((str(row.pk), str(row)) for row in rows), key=lambda pair: pair[1].lower())
        self.offered = [("", "—"), *named]
        self.choices = self.offered

    def prepare_value(self, value: Any) -> Any:
        """What is set is offered, however old it is."""
        known = {pk for pk, _ in self.offered}
        if self.kind and isinstance(value, int) and str(value) not in known:
            for found in refs.named(self.actor, [(self.kind.name, value)]).values():
                self.offered = [*self.offered, (str(value), found.label)]
                self.choices = self.offered
        return value

    def valid_value(self, value: Any) -> bool:
        """The verb looks the record up; there may be more than were offered."""
        return str(value).isdigit()


def _unit(actor: Actor, field: Field) -> str:
    return field.unit or (actor.workspace.currency if field.type is FieldType.MONEY else "")


def names_of(form: forms.BaseForm) -> list[str]:
    """The custom fields that the form holds."""
    return [name for name in form.fields if name.startswith(CUSTOM)]
