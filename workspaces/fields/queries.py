"""How the database is asked about custom values so that an index answers.

Equality is asked as containment, which one GIN index on `custom` serves for all fields. Ranges and
orders compare the JSON value itself, as the index of the field does: numbers before numbers, ISO
days before ISO days. docs/adr has the measurements.
"""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateField,
    DateTimeField,
    DecimalField,
    Q,
)
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from workspaces.records.fields import Field, FieldType

NUMBERS = DecimalField(max_digits=32, decimal_places=12)
TYPED: dict[FieldType, Any] = {
    FieldType.NUMBER: NUMBERS,
    FieldType.MONEY: NUMBERS,
    FieldType.PERCENT: NUMBERS,
    FieldType.DAY: DateField(),
    FieldType.MOMENT: DateTimeField(),
    FieldType.YES_NO: BooleanField(),
    FieldType.PERSON: BigIntegerField(),
    FieldType.LINK: BigIntegerField(),
}


def holds(kind: str, key: str, value: Any) -> Q:
    """The rows with this stored value; one of several, for a field of several. None: with none."""
    if value is None:
        return ~Q(custom__has_key=key)
    if kind == FieldType.CHOICES and not isinstance(value, list):
        value = [value]
    return Q(custom__contains={key: value})


def holds_one_of(kind: str, key: str, values: Iterable[Any]) -> Q:
    """The rows with one of these stored values."""
    parts = [holds(kind, key, value) for value in values]
    return reduce(or_, parts) if parts else Q(pk__in=[])


def within(key: str, **limits: Any) -> Q:
    """The rows whose stored value is within limits: `gte`, `gt`, `lte`, `lt`."""
    asked = Q(custom__has_key=key)
    for side, value in limits.items():
        asked &= Q(**{f"custom__{key}__{side}": value})
    return asked


def order_of(field: Field) -> KeyTransform:
    """What rows are ordered and grouped by. Narrow them to those that have a value first."""
    return KeyTransform(field.key, "custom")


def expression_of(field: Field) -> Combinable:
    """The value with its type, for sums and arithmetic in the database."""
    text = KeyTextTransform(field.key, "custom")
    kept = TYPED.get(field.type)
    return text if kept is None else Cast(text, kept)
