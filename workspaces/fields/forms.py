"""What is typed about custom fields. The form parses; the services decide."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from core.errors import DomainError
from workspaces.access.actor import Actor
from workspaces.access.roles import Role
from workspaces.fields import services
from workspaces.fields.checking import CHOOSING, NEVER_UNIQUE, TONES
from workspaces.fields.models import TYPES, CustomField
from workspaces.members.forms import currency_choices
from workspaces.records.fields import FieldType
from workspaces.records.kinds import KINDS, RecordKind

BLANK_ROWS = 3
NO_DEFAULT = (FieldType.PERSON, FieldType.LINK, FieldType.FORMULA, FieldType.LONG_TEXT)
MOST_TYPED = 400  # choices looked at


class FieldForm(forms.Form):
    """A custom field of one type: it shows just what a field of that type can say."""

    label = forms.CharField(max_length=80, label="Name")
    help = forms.CharField(
        max_length=300, required=False, label="Help", help_text="Stands below the field in forms."
    )
    to = forms.ChoiceField(label="Leads to")
    unit = forms.CharField(
        max_length=20, required=False, label="Unit", help_text="Such as kg, days or EUR/kg."
    )
    currency = forms.ChoiceField(required=False, label="Currency")
    formula = forms.CharField(
        max_length=2_000,
        label="Formula",
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "class": "code"}),
    )
    more = forms.CharField(
        required=False,
        label="More choices",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One in a line.",
    )
    default = forms.CharField(
        required=False, max_length=300, label="Default", help_text="What new records begin with."
    )
    required = forms.BooleanField(required=False, label="Needed: no record without it")
    unique = forms.BooleanField(required=False, label="Unique: no two records with the same")
    roles = forms.MultipleChoiceField(
        required=False,
        label="Only for",
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Nothing ticked: everybody who sees the record. Owners and admins always do.",
    )
    key = forms.CharField(
        required=False,
        max_length=40,
        label="Key",
        help_text="Its word in the API, in files and in formulas. Left empty, it is made of the "
        "name. It never changes.",
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        actor: Actor,
        kind: RecordKind,
        type: str,
        data: QueryDict | None = None,
        *,
        field: CustomField | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(field) if field else None)
        self.actor, self.kind, self.type, self.field = actor, kind, FieldType(type), field
        self.made: CustomField | None = None
        for name in self._superfluous():
            del self.fields[name]
        if "to" in self.fields:
            kinds = [(k.name, k.label) for k in KINDS.values() if actor.can(k.reads)]
            self.fields["to"].choices = kinds  # type: ignore[attr-defined]
        if "currency" in self.fields:
            own = ("", f"The workspace's: {actor.workspace.currency}")
            self.fields["currency"].choices = [own, *currency_choices()]  # type: ignore[attr-defined]

    def _superfluous(self) -> list[str]:
        """What a field of this type does not say."""
        only = {
            "to": self.type is FieldType.LINK,
            "unit": self.type is FieldType.NUMBER,
            "currency": self.type is FieldType.MONEY,
            "formula": self.type is FieldType.FORMULA,
            "more": self.type in CHOOSING,
            "default": self.type not in NO_DEFAULT,
            "required": self.type is not FieldType.FORMULA,
            "unique": self.type not in NEVER_UNIQUE,
            "key": self.field is None,
        }
        return [name for name, shown in only.items() if not shown]

    @property
    def options(self) -> list[dict[str, str]]:
        """The rows of choices as they stand in the form, with blank ones to fill."""
        if self.type not in CHOOSING:
            return []
        kept = list(self.field.options) if self.field else []
        rows = self._typed_options() if self.is_bound else kept
        return [*rows, *({"value": "", "label": "", "tone": "grey"} for _ in range(BLANK_ROWS))]

    @property
    def tones(self) -> tuple[str, ...]:
        return TONES

    def _typed_options(self) -> list[dict[str, str]]:
        """Rows with a name; an emptied row is a choice taken away."""
        data: Any = self.data
        columns = (
            data.getlist(f"option_{part}")[:MOST_TYPED] for part in ("value", "label", "tone")
        )
        rows = zip(*columns, strict=False)
        typed = [{"value": v, "label": name, "tone": t} for v, name, t in rows if name.strip()]
        more = str(data.get("more", "")).splitlines()[:MOST_TYPED]
        return typed + [
            {"value": "", "label": line.strip(), "tone": "grey"} for line in more if line.strip()
        ]

    def submit(self) -> bool:
        """Carry out what was typed. False means it was refused, and `errors` says why."""
        if not self.is_valid():
            return False
        values = dict(self.cleaned_data)
        seen = values.pop("seen_version", None) or 0
        values.pop("more", None)
        if self.type in CHOOSING:
            values["options"] = self._typed_options()
        if "default" in values:
            values["default"] = values["default"] or None
        try:
            if self.field is None:
                made = services.create_field(
                    self.actor, self.kind.name, type=self.type.value, **values
                )
            else:
                pk = self.field.pk
                made = services.change_field(self.actor, pk, seen_version=seen, **values)
        except (DomainError, ValidationError) as refusal:
            self.refuse(refusal)
            return False
        self.made = made
        return True

    def refuse(self, refusal: DomainError | ValidationError) -> None:
        """Show a refusal beside its field, or above the form."""
        if isinstance(refusal, DomainError):
            self.add_error(None, str(refusal))
            return
        known = hasattr(refusal, "error_dict")
        found: Mapping[Any, list[str]] = refusal.message_dict if known else {"": refusal.messages}
        for name, texts in found.items():
            for text in texts:
                place = "more" if name == "options" else name
                self.add_error(place if place in self.fields else None, text)


def _initial(field: CustomField) -> dict[str, Any]:
    names = ("label", "help", "to", "unit", "currency", "formula", "required", "unique", "roles")
    labels = {one["value"]: one["label"] for one in field.options}
    default = field.default
    if isinstance(default, list):
        default = ", ".join(str(labels.get(one, one)) for one in default)
    elif isinstance(default, bool):
        default = "yes" if default else "no"
    return {name: getattr(field, name) for name in names} | {
        "default": labels.get(default, default) if isinstance(default, str) else default,
        "seen_version": field.version,
    }


def type_label(type: str) -> str:
    """What a type is called."""
    return dict(TYPES).get(FieldType(type), type)
