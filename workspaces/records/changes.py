"""Assigning fields, knowing what that changed, and checking just that."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from core.clock import FIRST_YEAR, LAST_YEAR
from workspaces.records.models import Record, WorkspaceLink

CUSTOM = "custom."


def assign(row: models.Model, **values: Any) -> dict[str, tuple[Any, Any]]:
    """Set the fields that differ and return {field: (old, new)}.

    Foreign keys are compared and reported by id. Saving `columns_of(changes)` writes just these
    columns. A custom field is named `custom.<key>`; None takes its value away.
    """
    changes: dict[str, tuple[Any, Any]] = {}
    for name, new in values.items():
        if name.startswith(CUSTOM):
            _assign_custom(row, name, new, changes)
            continue
        attname = row._meta.get_field(name).attname  # type: ignore[union-attr]
        plain = new.pk if isinstance(new, models.Model) else new
        old = getattr(row, attname)
        if old != plain:
            setattr(row, attname, plain)
            changes[name] = (old, plain)
    return changes


def _assign_custom(
    row: models.Model, name: str, new: Any, changes: dict[str, tuple[Any, Any]]
) -> None:
    held: dict[str, Any] = dict(getattr(row, "custom", None) or {})
    key = name.removeprefix(CUSTOM)
    old = held.get(key)
    if old == new:
        return
    held.pop(key, None)
    if new is not None:
        held[key] = new
    row.custom = held  # type: ignore[attr-defined]
    changes[name] = (old, new)


def columns_of(changes: Collection[str]) -> list[str]:
    """The model's fields behind these changes, each once."""
    return list(dict.fromkeys("custom" if c.startswith(CUSTOM) else c for c in changes))


def check(row: Record, changes: Mapping[str, Any], together: Collection[str] = ()) -> None:
    """Validate what changed, and no more: each check is a statement.

    Check constraints are left to the database, since the fields' validators say the same in words.

    Links must lead to rows of the same workspace that are not in the trash. `together` names
    fields that are unique in the workspace.
    Raises ValidationError naming the fields.
    """
    checked = set(columns_of(changes))
    keyed = checked & set(together)
    if keyed:
        checked.add("workspace")
    links = {name for name in checked if isinstance(row._meta.get_field(name), WorkspaceLink)}
    for name in links:
        _check_link(row, name)
    check_days(row, checked)
    skipped = {field.name for field in row._meta.fields} - (checked - links)
    row.full_clean(exclude=skipped, validate_unique=False, validate_constraints=bool(keyed))


def check_days(row: models.Model, names: Collection[str]) -> None:
    """Raise ValidationError for days that no calendar of ours reaches: nobody means the year 1."""
    wrong = {
        name: [f"Give a day between the years {FIRST_YEAR} and {LAST_YEAR}."]
        for name in names
        if isinstance(day := getattr(row, name, None), date)
        and not FIRST_YEAR <= day.year <= LAST_YEAR
    }
    if wrong:
        raise ValidationError(wrong)


def _check_link(row: Record, name: str) -> None:
    link: Any = row._meta.get_field(name)
    target = getattr(row, link.attname)
    if target is None:
        if not link.null:
            raise ValidationError({name: ["Choose one."]})
        return
    rows = link.related_model.objects.in_workspace(row.workspace_id)
    if not rows.filter(pk=target).exists():
        raise ValidationError({name: [f"There is no such {link.verbose_name} here."]})
