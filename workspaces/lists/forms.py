"""The form of a record of any kind, made of its fields: it reads, services decide."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.errors import DomainError, EditConflict, NotFound, Refused
from workspaces.access.actor import Actor
from workspaces.lists.cells import text_of
from workspaces.lists.naming import names_of
from workspaces.lists.toolbar import linked, people
from workspaces.records import refs, services
from workspaces.records.describing import fields_of
from workspaces.records.fields import Field, FieldType
from workspaces.records.kinds import RecordKind
from workspaces.records.parsing import Parser, stored

REASON = "reason"


class RecordForm(forms.Form):
    """A new record, or changes to one. After a conflict, `theirs` says what it holds now."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, actor: Actor, kind: RecordKind, row: Any = None, typed: Any = None) -> None:
        self.actor, self.kind, self.row = actor, kind, row
        self.described = [one for one in fields_of(actor, kind) if one.editable]
        super().__init__(typed, initial=self._initial())
        self.parser = Parser(actor)
        self.theirs: list[tuple[str, str, str]] = []
        for one in self.described:
            self.fields[one.name] = control_of(actor, one)
        if kind.reasons and row is not None:
            self.fields[REASON] = forms.CharField(
                required=False, max_length=500, help_text="Some changes need one."
            )

    def _initial(self) -> dict[str, Any]:
        if self.row is None:
            return {one.name: one.default for one in self.described if one.default is not None}
        return {"seen_version": self.row.version, **self._texts(self.row)}

    def _texts(self, row: Any) -> dict[str, str]:
        """A row's values as the form's fields hold them."""
        names = names_of(self.actor, self.described, [row])
        found = {}
        for one in self.described:
            value = one.value_of(row)
            if value is not None and one.type in (FieldType.LINK, FieldType.PERSON):
                found[one.name] = f"#{value}"
            elif one.type is FieldType.CHOICE:
                found[one.name] = "" if value is None else str(value)
            elif one.type is FieldType.DAY:
                found[one.name] = "" if value is None else str(value)[:10]
            elif one.type is FieldType.CHOICES:
                found[one.name] = list(value or [])  # type: ignore[assignment]
            elif one.type is FieldType.LONG_TEXT:
                found[one.name] = value or ""
            else:
                found[one.name] = text_of(self.actor, one, names)(row)
        return found

    def clean(self) -> dict[str, Any]:
        """Every value as its field stores it; what cannot be read is said beside its field."""
        found = super().clean() or {}
        for one in self.described:
            if one.name not in found:
                continue
            text = found[one.name]
            text = ", ".join(text) if isinstance(text, list) else str(text or "")
            try:
                found[one.name] = stored(one, self.parser.value(one, text))
            except Refused as refusal:
                self.add_error(one.name, str(refusal))
        return found

    def submit(self) -> Any:
        """Carry out what was typed; None means it was refused, and `errors` says why."""
        if not self.is_valid():
            return None
        values = {one.name: self.cleaned_data[one.name] for one in self.described}
        try:
            if self.row is None:
                given = {name: v for name, v in values.items() if v not in (None, "", [])}
                return services.create_record(self.actor, self.kind, given)
            changed = {one.name: values[one.name] for one in self.described if self._differs(one)}
            if changed and self.cleaned_data.get(REASON):
                changed[REASON] = self.cleaned_data[REASON]
            seen = self.cleaned_data["seen_version"] or 0
            return services.change_record(self.actor, self.kind, self.row.pk, seen, changed)
        except EditConflict as conflict:
            self._show_both(conflict)
        except DomainError as refusal:
            self.add_error(None, str(refusal))
        except ValidationError as wrong:
            self._show(wrong)
        return None

    def _differs(self, one: Field) -> bool:
        return bool(self.cleaned_data[one.name] != one.value_of(self.row))

    def _show(self, wrong: ValidationError) -> None:
        for name, texts in getattr(wrong, "message_dict", {"": wrong.messages}).items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)

    def _show_both(self, conflict: EditConflict) -> None:
        """What was typed beside what somebody else saved; saving again replaces theirs."""
        self.add_error(None, f"{conflict} Compare, then save again to replace theirs.")
        try:
            now = refs.find(self.actor, self.kind.name, self.row.pk)
        except NotFound:
            return
        names = names_of(self.actor, self.described, [now])
        for one in self.described:
            mine, held = self.cleaned_data[one.name], one.value_of(now)
            if mine != held:
                written = text_of(self.actor, one, names)(now)
                typed = self.data.get(one.name, "")
                mine_words = _words(self.fields[one.name], typed)
                self.theirs.append((one.label, mine_words, written))
        again: Any = self.data.copy()  # type: ignore[attr-defined]
        again["seen_version"] = str(now.version)
        self.data = again


def _words(field: forms.Field, typed: str) -> str:
    choices = dict(getattr(field, "choices", ()))
    return str(choices.get(typed, typed))


def control_of(actor: Actor, one: Field) -> forms.Field:
    """The form's field for a field of a record."""
    shared: dict[str, Any] = {"label": one.label, "required": one.required, "help_text": one.help}
    match one.type:
        case FieldType.CHOICE:
            pairs = [(each.value, each.label) for each in one.choices]
            return forms.ChoiceField(choices=_with_none(one, pairs), **shared)
        case FieldType.CHOICES:
            pairs = [(each.value, each.label) for each in one.choices]
            return forms.MultipleChoiceField(
                choices=pairs, widget=forms.CheckboxSelectMultiple, **shared
            )
        case FieldType.YES_NO:
            shared["required"] = False
            return forms.ChoiceField(choices=[("", "—"), ("Yes", "Yes"), ("No", "No")], **shared)
        case FieldType.PERSON:
            pairs = [(f"#{pk}", label) for pk, label in people(actor)]
            return forms.ChoiceField(choices=_with_none(one, pairs), **shared)
        case FieldType.LINK:
            pairs = [(f"#{pk}", label) for pk, label in linked(actor, one)]
            return forms.ChoiceField(choices=_with_none(one, pairs), **shared)
        case FieldType.LONG_TEXT:
            shared["widget"] = forms.Textarea(attrs={"rows": 4})
        case FieldType.DAY:
            shared["widget"] = forms.DateInput(attrs={"type": "date"})
        case FieldType.NUMBER | FieldType.MONEY | FieldType.PERCENT:
            shared["widget"] = forms.TextInput(attrs={"inputmode": "decimal"})
    return forms.CharField(max_length=one.max_length, **shared)


def _with_none(one: Field, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return pairs if one.required and one.default else [("", "—"), *pairs]
