"""Assigning fields and knowing what that changed."""

from typing import Any

from django.db import models


def assign(row: models.Model, **values: Any) -> dict[str, tuple[Any, Any]]:
    """Set the fields that differ and return {field: (old, new)}.

    Foreign keys are compared and reported by id. Saving `list(changes)` writes just these columns.
    """
    changes: dict[str, tuple[Any, Any]] = {}
    for name, new in values.items():
        attname = row._meta.get_field(name).attname  # type: ignore[union-attr]
        plain = new.pk if isinstance(new, models.Model) else new
        old = getattr(row, attname)
        if old != plain:
            setattr(row, attname, plain)
            changes[name] = (old, plain)
    return changes
