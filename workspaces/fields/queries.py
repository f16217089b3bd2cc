"""How the database sees custom values: one expression a type, which the field's index is made of.

Numbers are numbers, so that 9 comes before 10. Days and moments stay the ISO texts they are kept
as, which order the same: a cast to a date depends on the session and cannot be indexed.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BigIntegerField, BooleanField, Q, TextField
from django.db.models import Field as ModelField
from django.db.models.expressions import Combinable, ExpressionWrapper
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.dateparse import parse_date, parse_datetime

from workspaces.records.fields import FieldType


class AnyNumber(ModelField):
    """A number of any length, so that a cast never overflows."""

    def get_internal_type(self) -> str:
        return "DecimalField"

    def db_type(self, connection: Any) -> str:
        return "numeric"

    def cast_db_type(self, connection: Any) -> str:
        return "numeric"


class IsoDay(TextField):
    """A day kept as ISO text."""

    def get_prep_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value

    def from_db_value(self, value: Any, *_: Any) -> date | None:
        return parse_date(value) if value else None


class IsoMoment(TextField):
    """A moment kept as ISO text in UTC."""

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat(timespec="seconds")
        return value

    def from_db_value(self, value: Any, *_: Any) -> datetime | None:
        return parse_datetime(value) if value else None


CASTS: "dict[str, ModelField[Any, Any]]" = {
    FieldType.NUMBER: AnyNumber(),
    FieldType.MONEY: AnyNumber(),
    FieldType.PERCENT: AnyNumber(),
    FieldType.YES_NO: BooleanField(),
    FieldType.PERSON: BigIntegerField(),
    FieldType.LINK: BigIntegerField(),
}
TEXTS: "dict[str, ModelField[Any, Any]]" = {
    FieldType.DAY: IsoDay(),
    FieldType.MOMENT: IsoMoment(),
}


def expression_of(kind: str, key: str) -> Combinable:
    """The value of a custom field as the database compares, orders and groups it."""
    text = KeyTextTransform(key, "custom")
    if kind in CASTS:
        return Cast(text, CASTS[kind])
    return ExpressionWrapper(text, TEXTS[kind]) if kind in TEXTS else text


def holds(kind: str, key: str, value: Any) -> Q:
    """The rows with this stored value, or all of several. None: those without any."""
    if value is None:
        return ~Q(custom__has_key=key)
    return Q(custom__contains={key: value})


def holds_one_of(kind: str, key: str, values: Iterable[Any]) -> Q:
    """The rows with one of these stored values."""
    parts = [holds(kind, key, value) for value in values]
    return reduce(or_, parts) if parts else Q(pk__in=[])
