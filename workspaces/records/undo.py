"""Taking an act back: a value, a deletion, or a creation."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from core.errors import EditConflict, NotFound, Refused
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit.models import ActivityEvent
from workspaces.audit.reports import events_for
from workspaces.fields.providing import hidden_from
from workspaces.records import services
from workspaces.records.changes import CUSTOM
from workspaces.records.kinds import KINDS, RecordKind
from workspaces.records.models import Record

KEPT_ASIDE = ("version", "updated_at", "reason")


@transaction.atomic
def undo_event(actor: Actor, event_id: int) -> ActivityEvent:
    """Take one act back. Raises NotFound, Denied, or Refused when newer changes stand on it."""
    actor.require(Perm.WORKSPACE_VIEW)
    event = events_for(actor).filter(pk=event_id).first()
    if event is None:
        raise NotFound("That change is not in the history.")
    undo_one(actor, event)
    return event


@transaction.atomic
def restore_value(actor: Actor, event_id: int, field: str) -> ActivityEvent:
    """Give a field back the value it had before an act, whatever happened since."""
    actor.require(Perm.WORKSPACE_VIEW)
    event = events_for(actor).filter(pk=event_id).first()
    hidden = hidden_from(actor, event.model) if event is not None else ()
    if event is None or field not in event.changes or field in hidden:
        raise NotFound("That change is not in the history.")
    kind = kind_of(event)
    if not restorable(kind, field):
        raise Refused("That value cannot be restored here.")
    row = _row(actor, kind, event.object_id)
    _set(actor, kind, row, {field: as_value(kind, field, event.changes[field][0])})
    return event


def kind_of(event: ActivityEvent) -> RecordKind:
    kind = KINDS.get(event.model)
    if kind is None:
        raise Refused("That change cannot be taken back here.")
    return kind


def restorable(kind: RecordKind, field: str) -> bool:
    """A value that its record's verb can set."""
    names = {each.name for each in kind.model._meta.fields if each.editable}
    known = field in names or field.startswith(CUSTOM)
    return kind.changes and known and field not in kind.hidden


def as_value(kind: RecordKind, field: str, stored: Any) -> Any:
    """A value of the history as its model's field has it: links become rows."""
    if field.startswith(CUSTOM):
        return stored
    found: Any = kind.model._meta.get_field(field)
    if found.is_relation:
        if stored is None:
            return None
        row = found.related_model._default_manager.filter(pk=stored).first()
        if row is None:
            raise Refused("What it pointed at no longer exists.")
        return row
    return found.to_python(stored)


def undo_one(actor: Actor, event: ActivityEvent) -> None:
    """Take an act back inside a transaction. Raises Denied, NotFound, EditConflict or Refused."""
    kind = kind_of(event)
    deleted = event.changes.get("deleted_at")
    if deleted and deleted[0] is None and kind.restores:
        services.restore_record(actor, kind, event.object_id)
    elif kind.deletes and (deleted or event.verb.endswith(".created")):
        row = _row(actor, kind, event.object_id)
        services.delete_record(actor, kind, row.pk, row.version)
    else:
        _change_back(actor, kind, event)


def _change_back(actor: Actor, kind: RecordKind, event: ActivityEvent) -> None:
    row = _row(actor, kind, event.object_id)
    old = old_values(kind, row, event)
    _set(actor, kind, row, {name: as_value(kind, name, before) for name, before in old})


def old_values(kind: RecordKind, row: Record, event: ActivityEvent) -> list[tuple[str, Any]]:
    """The fields an act changed, and what the history says they held before.

    Raises EditConflict when one changed again since, Refused when none can be given back.
    """
    found = list(_old_values(kind, row, event))
    if not found:
        raise Refused("That change cannot be taken back.")
    return found


def _old_values(kind: RecordKind, row: Record, event: ActivityEvent) -> Iterator[tuple[str, Any]]:
    for name, (before, after) in event.changes.items():
        if name in KEPT_ASIDE or not restorable(kind, name):
            continue
        if _plain(kind, name, _now(row, name)) != _plain(kind, name, after):
            raise EditConflict(f"“{row}” changed again since then. Restore single values instead.")
        yield name, before


def _set(actor: Actor, kind: RecordKind, row: Record, values: dict[str, Any]) -> None:
    """Give a record old values. Raises Refused when they fit no more: a name is taken by now."""
    if not kind.changes:
        raise Refused("That change cannot be taken back.")
    try:
        services.revert_record(actor, kind, row.pk, row.version, values)
    except ValidationError as wrong:
        raise Refused(" ".join(wrong.messages)) from wrong


def _now(row: Record, name: str) -> Any:
    """What a field holds at present, as the history writes it."""
    if name.startswith(CUSTOM):
        return row.custom.get(name.removeprefix(CUSTOM))
    return getattr(row, row._meta.get_field(name).attname)  # type: ignore[union-attr]


def _plain(kind: RecordKind, name: str, value: Any) -> Any:
    """A value as its field compares it, from the row or from the history."""
    if name.startswith(CUSTOM):
        return value
    found: Any = kind.model._meta.get_field(name)
    return value if found.is_relation else found.to_python(value)


def _row(actor: Actor, kind: RecordKind, pk: int) -> Record:
    actor.require(kind.writes)
    rows: Any = kind.model.objects  # type: ignore[attr-defined]
    row: Record | None = rows.visible_to(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound(f"That {kind.label.lower()} no longer exists.")
    return row
