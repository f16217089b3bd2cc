"""Values from outside, as the language has them."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from core.expressions.types import Kind, Missing, Type, Value

FURTHEST = 400  # powers of ten


def as_value(name: str, kind: Type, value: Any) -> Value | Missing:
    """A value of this type, or why there is none."""
    if isinstance(value, Missing):
        return value
    if value is None or value == "" or value == []:
        return Missing(f"“{name}” has none")
    found = _read(kind, value)
    return Missing(f"“{name}” does not hold {kind.words}") if found is None else found


def _read(kind: Type, value: Any) -> Value | None:
    match kind.kind:
        case Kind.NUMBER:
            return _number(value)
        case Kind.YES_NO:
            return value if isinstance(value, bool) else None
        case Kind.DAY:
            return _day(value)
        case Kind.LIST:
            return _list(kind, value)
    return str(value)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    return found if found.is_finite() and abs(found.adjusted()) < FURTHEST else None


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _list(kind: Type, value: Any) -> Value | None:
    if not isinstance(value, list | tuple) or kind.item is None:
        return None
    items = [_read(kind.item, one) for one in value]
    return tuple(one for one in items if one is not None and not isinstance(one, tuple))
