"""What the values of a custom field are as JSON, and which are taken.

A value is read from whatever a form, a cell, a file or the API has. What comes out compares and
sorts in PostgreSQL as people expect: numbers are JSON numbers, days and moments are ISO texts in
UTC. Nothing is None. Raises ValidationError in words.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.dateparse import parse_datetime

from core.clock import FIRST_YEAR, LAST_YEAR
from core.typed import is_keepable
from workspaces.fields.models import CustomField
from workspaces.records.fields import FieldType

LONGEST = {FieldType.TEXT: 300, FieldType.LONG_TEXT: 20_000, FieldType.URL: 1_000}
DIGITS = 15  # what JSON numbers keep exactly, in every reader
MOST_CHOICES = 100
TRUTH = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_url = URLValidator(schemes=["http", "https"])


def as_stored(field: CustomField, value: Any, zone: str) -> Any:
    """The value as the record keeps it; None takes it away. Links and people are not looked up."""
    if isinstance(value, str):
        value = value.strip()
    if value is None or value == "" or value == []:
        return None
    if field.type == FieldType.MOMENT:
        return _moment(value, zone)
    return READERS[FieldType(field.type)](field, value)


def hash_of(value: Any) -> str:
    """What stands for a value among the claims of unique fields."""
    return sha256(json.dumps(value, ensure_ascii=True).encode()).hexdigest()


def _text(field: CustomField, value: Any) -> str:
    if isinstance(value, bool | list | dict):
        raise ValidationError("Write a text.")
    text = str(value).strip()
    if not is_keepable(text):
        raise ValidationError("This text has characters that no text can hold.")
    most = LONGEST[FieldType(field.type)]
    if len(text) > most:
        raise ValidationError(f"This has {len(text):,} characters; {most:,} fit.")
    return text


def _url_of(field: CustomField, value: Any) -> str:
    text = _text(field, value)
    try:
        _url(text)
    except ValidationError:
        raise ValidationError("Write a web address that begins with https://.") from None
    return text


def _number(field: CustomField, value: Any) -> int | float:
    if isinstance(value, bool):
        raise ValidationError("Write a number.")
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise ValidationError("Write a number such as 1234.5.") from None
    if not found.is_finite() or (found and not -DIGITS <= found.adjusted() < DIGITS):
        raise ValidationError("This number is too large or too small to keep.")
    found = found.normalize()
    if len(found.as_tuple().digits) > DIGITS:
        raise ValidationError(f"A number has room for {DIGITS} digits.")
    return int(found) if found == found.to_integral_value() else float(found)


def _rate(field: CustomField, value: Any) -> int | float:
    found = _number(field, value)
    if not 0 <= found <= 1:
        raise ValidationError("A percentage is between 0 and 100 %.")
    return found


def _day(field: CustomField, value: Any) -> str:
    if isinstance(value, datetime):
        value = value.date()
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise ValidationError("Write a day as 2026-03-31.") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(f"Give a day between the years {FIRST_YEAR} and {LAST_YEAR}.")
    return day.isoformat()


def _moment(value: Any, zone: str) -> str:
    try:
        moment = value if isinstance(value, datetime) else parse_datetime(str(value))
    except ValueError:
        moment = None
    if moment is None:
        raise ValidationError("Write a day and time as 2026-03-31 14:30.")
    if not FIRST_YEAR < moment.year < LAST_YEAR:
        raise ValidationError(f"Give a moment between the years {FIRST_YEAR} and {LAST_YEAR}.")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _choice(field: CustomField, value: Any) -> str:
    text = str(value).strip()
    for attribute in ("value", "label"):
        for one in field.options:
            if one[attribute].casefold() == text.casefold():
                return str(one["value"])
    words = ", ".join(one["label"] for one in field.options[:12])
    raise ValidationError(f"“{text[:60]}” is none of the choices: {words}.")


def _choices(field: CustomField, value: Any) -> list[str] | None:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or len(parts) > MOST_CHOICES:
        raise ValidationError("Give a list of choices.")
    chosen = {_choice(field, one) for one in parts if str(one).strip()}
    found = [one["value"] for one in field.options if one["value"] in chosen]
    return found or None


def _id(field: CustomField, value: Any) -> int:
    pk = getattr(value, "pk", value)
    if isinstance(pk, str) and pk.isascii() and pk.isdigit():
        pk = int(pk[:19])
    if isinstance(pk, bool) or not isinstance(pk, int) or not 0 < pk < 2**63:
        raise ValidationError("Choose one by its id.")
    return pk


def _yes_no(field: CustomField, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    found = TRUTH.get(str(value).strip().lower())
    if found is None:
        raise ValidationError("Write yes or no.")
    return found


def _worked_out(field: CustomField, value: Any) -> Any:
    raise ValidationError("It is worked out by its formula and cannot be set.")


READERS: dict[FieldType, Callable[[CustomField, Any], Any]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.URL: _url_of,
    FieldType.NUMBER: _number,
    FieldType.MONEY: _number,
    FieldType.PERCENT: _rate,
    FieldType.DAY: _day,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.PERSON: _id,
    FieldType.LINK: _id,
    FieldType.YES_NO: _yes_no,
    FieldType.FORMULA: _worked_out,
}
