"""How the database is asked about custom values: always the JSON value itself.

JSON knows that 9 comes before 10, and ISO days and moments order as what they mean. One expression
serves every type, lists compare by it, and the field's index is made of it.
"""

from typing import Any

from django.db.models import Q
from django.db.models.fields.json import KeyTransform


def expression_of(key: str) -> KeyTransform:
    """The value of a custom field as the database compares, orders and groups it."""
    return KeyTransform(key, "custom")


def holds(key: str, value: Any) -> Q:
    """The rows with this stored value, or all of several. None: those without any."""
    if value is None:
        return ~Q(custom__has_key=key)
    if isinstance(value, list):
        return Q(**{f"custom__{key}__contains": value})
    return Q(**{f"custom__{key}": value})
