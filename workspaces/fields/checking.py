"""What a custom field must be before it is saved. Raises ValidationError or Refused in words."""

import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

from core.errors import Refused
from core.expressions import ExpressionError
from core.expressions.functions import FUNCTIONS
from core.expressions.parser import KEYWORDS
from core.money import validate_currency
from workspaces.access.roles import Role
from workspaces.fields import converting
from workspaces.fields.formulas import compiled
from workspaces.fields.models import KEY, CustomField
from workspaces.fields.storing import as_stored
from workspaces.records.fields import FieldType
from workspaces.records.kinds import KINDS

TONES = ("grey", "green", "amber", "red", "indigo")
MOST_OPTIONS = 200
CHOOSING = (FieldType.CHOICE, FieldType.CHOICES)
NEVER_UNIQUE = (*CHOOSING, FieldType.LONG_TEXT, FieldType.YES_NO, FieldType.FORMULA)


def reserved(kind: str) -> set[str]:
    """Keys that mean something else already: columns, fields, and words of formulas."""
    found = KINDS[kind]
    columns = {one.name for one in found.model._meta.get_fields()}
    return columns | {one.name for one in found.fields} | set(KEYWORDS) | set(FUNCTIONS) | {"day"}


def check_new_key(field: CustomField, others: Sequence[CustomField]) -> None:
    """A key is a word of its own, for ever: a retired field keeps its."""
    if not re.match(KEY, field.key):
        words = "Use small letters, digits and _, beginning with a letter; 40 at most."
        raise ValidationError({"key": [words]})
    if field.key in reserved(field.kind):
        raise ValidationError({"key": [f"“{field.key}” is taken by the app. Choose another."]})
    if any(one.key == field.key for one in others):
        raise ValidationError({"key": [f"There is or was a field “{field.key}”. Choose another."]})


def check(field: CustomField, others: Sequence[CustomField]) -> None:
    """Everything a field says, and that its parts go together."""
    field.label = " ".join(field.label.split())
    wrong: dict[str, list[str]] = {}
    for part in (_label, _options, _roles, _link, _money, _flags, _formula, _default):
        try:
            part(field, others)
        except ValidationError as error:
            wrong |= error.message_dict
    if wrong:
        raise ValidationError(wrong)
    field.full_clean(exclude=["workspace"], validate_unique=False, validate_constraints=False)


def _label(field: CustomField, others: Sequence[CustomField]) -> None:
    if not field.label:
        raise ValidationError({"label": ["Give it a name."]})
    taken = [one.label for one in others if one.retired_at is None]
    taken += [own.label for own in KINDS[field.kind].fields]
    if field.label.casefold() in {each.casefold() for each in taken}:
        raise ValidationError({"label": [f"There is a field “{field.label}” already."]})


def _options(field: CustomField, others: Sequence[CustomField]) -> None:
    if field.type not in CHOOSING:
        field.options = []
        return
    if not isinstance(field.options, list) or not field.options:
        raise ValidationError({"options": ["Write at least one choice."]})
    if len(field.options) > MOST_OPTIONS:
        raise ValidationError({"options": [f"{MOST_OPTIONS} choices are the most."]})
    field.options = [_option(one) for one in field.options]
    for part in ("value", "label"):
        seen = [one[part].casefold() for one in field.options]
        if len(set(seen)) < len(seen):
            raise ValidationError({"options": ["Every choice must have a name of its own."]})


def _option(raw: Any) -> dict[str, str]:
    one = raw if isinstance(raw, dict) else {"label": raw}
    label = " ".join(str(one.get("label") or one.get("value") or "").split())
    value = str(one.get("value") or label).strip()
    tone = str(one.get("tone") or "grey")
    if not 0 < len(label) <= 60 or len(value) > 60 or "," in value or "," in label:
        words = "A choice has 1 to 60 characters and no comma."
        raise ValidationError({"options": [words]})
    if tone not in TONES:
        raise ValidationError({"options": [f"A tone is one of {', '.join(TONES)}."]})
    return {"value": value, "label": label, "tone": tone}


def _roles(field: CustomField, others: Sequence[CustomField]) -> None:
    if not isinstance(field.roles, list) or any(one not in Role.values for one in field.roles):
        raise ValidationError({"roles": ["Choose roles from the list."]})
    field.roles = [role for role in Role.values if role in field.roles]
    if field.roles and not {Role.OWNER.value, Role.ADMIN.value} & set(field.roles):
        field.roles = [Role.OWNER.value, Role.ADMIN.value, *field.roles]


def _link(field: CustomField, others: Sequence[CustomField]) -> None:
    if field.type != FieldType.LINK:
        field.to = ""
    elif field.to not in KINDS:
        raise ValidationError({"to": ["Say what kind of record it leads to."]})


def _money(field: CustomField, others: Sequence[CustomField]) -> None:
    if field.type != FieldType.MONEY:
        field.currency = ""
    elif field.currency:
        field.currency = field.currency.upper()
        try:
            validate_currency(field.currency)
        except ValidationError as error:
            raise ValidationError({"currency": error.messages}) from error
    if field.type != FieldType.NUMBER:
        field.unit = ""


def _flags(field: CustomField, others: Sequence[CustomField]) -> None:
    if field.type == FieldType.FORMULA:
        field.required = False
    if field.unique and field.type in NEVER_UNIQUE:
        raise ValidationError({"unique": ["Values of this type may always occur twice."]})
    if field.unique and field.default is not None:
        raise ValidationError({"default": ["A unique field cannot have a default."]})


def _formula(field: CustomField, others: Sequence[CustomField]) -> None:
    if field.type != FieldType.FORMULA:
        field.formula = ""
        return
    usable = [one for one in others if one.retired_at is None and one.type != FieldType.FORMULA]
    try:
        compiled(field.workspace, field.kind, field.formula, usable)
    except ExpressionError as error:
        raise ValidationError({"formula": [str(error)]}) from error


def _default(field: CustomField, others: Sequence[CustomField]) -> None:
    if field.default is None or field.default == "" or field.type == FieldType.FORMULA:
        field.default = None
        return
    if field.type in (FieldType.PERSON, FieldType.LINK):
        raise ValidationError({"default": ["People and records cannot be a default."]})
    try:
        field.default = as_stored(field, field.default, field.workspace.timezone)
    except ValidationError as error:
        raise ValidationError({"default": error.messages}) from error


def check_options_in_use(before: CustomField, field: CustomField) -> None:
    """A choice that records have cannot be taken away."""
    kept = {one["value"] for one in field.options}
    gone = [one for one in before.options if one["value"] not in kept]
    if not gone or field.type not in CHOOSING:
        return
    for one in gone:
        many = converting.holding(before, one["value"])
        if many:
            words = f"{many} records have “{one['label']}”. Change those first."
            raise ValidationError({"options": [words]})


def check_not_needed(field: CustomField, others: Sequence[CustomField]) -> None:
    """A field that a formula is made of stays."""
    for one in others:
        if one.type != FieldType.FORMULA:
            continue
        try:
            names = compiled(field.workspace, one.kind, one.formula, [*others, field])
        except ExpressionError:
            continue
        if field.key in names.expression.names:
            raise Refused(f"The formula “{one}” is made of it. Change or retire that one first.")


def check_formulas(field: CustomField, others: Sequence[CustomField]) -> None:
    """A change of what a formula is made of must leave it working."""
    live = [one for one in others if one.retired_at is None]
    for one in live:
        if one.type != FieldType.FORMULA:
            continue
        usable = [each for each in [*live, field] if each.type != FieldType.FORMULA]
        try:
            compiled(field.workspace, one.kind, one.formula, usable)
        except ExpressionError as error:
            words = f"The formula “{one}” is made of it and would not work: {error}"
            raise ValidationError({"type": [words]}) from error
