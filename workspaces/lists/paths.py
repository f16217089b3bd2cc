"""Where the database finds a value: a column, a row beside the record, or its custom object.

A custom value is compared as JSON, which knows that 9 comes before 10; the indexes of custom fields
are made for just these expressions.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from workspaces.fields.formula_queries import Numeric
from workspaces.fields.queries import expression_of
from workspaces.records.fields import Field, FieldType


def asked(field: Field) -> bool:
    """Whether the database can be asked for its value: a formula that no longer works cannot."""
    return field.ask is not None or (field.compute is None and field.type is not FieldType.FORMULA)


def lookup_path(field: Field) -> str:
    """What comparisons are made of; a custom field's is an alias that `with_values` explains."""
    if field.is_custom:
        return f"typed_{_word(field)}"
    if field.type in (FieldType.LINK, FieldType.PERSON):
        return f"{field.path}_id"
    return field.path


def text_path(field: Field) -> str:
    """The same for what is asked of texts alone, such as what they contain."""
    return f"text_{_word(field)}" if field.is_custom and not field.ask else lookup_path(field)


def with_values(rows: Any, *fields: Field) -> Any:
    """The rows, knowing the aliases of these fields."""
    own: dict[str, Any] = {}
    for one in fields:
        if one.ask is not None:
            own[lookup_path(one)] = one.ask()
        elif one.is_custom:
            own[lookup_path(one)] = expression_of(one.key)
            own[text_path(one)] = KeyTextTransform(one.key, "custom")
    return rows.alias(**own) if own else rows


def number(field: Field) -> Any:
    """The value as a number that can be added up."""
    if field.is_custom and not field.ask:
        return Cast(KeyTextTransform(field.key, "custom"), Numeric())
    return F(lookup_path(field))


def compared(field: Field, value: Any) -> Any:
    """A value as it is compared with this field's: a custom field's as its JSON has it."""
    if not field.is_custom or field.ask:
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _word(field: Field) -> str:
    return field.key.replace("__", "_0_")
