"""The verbs of records that need no verbs of their own. Each is one transaction, audited."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.errors import EditConflict, NotFound, Refused
from workspaces.access.actor import Actor
from workspaces.audit import services as audit
from workspaces.fields import values as custom
from workspaces.fields.providing import held_now
from workspaces.records.changes import assign, check, columns_of
from workspaces.records.kinds import HOUSE_RULES, Changes, RecordKind

Values = Mapping[str, Any]


@transaction.atomic
def create_record(actor: Actor, kind: RecordKind, values: Values) -> Any:
    """Add a record. Raises Denied, Refused, or ValidationError naming the fields."""
    actor.require(kind.writes)
    _refuse_read_only(kind)
    if kind.create is not None:
        return kind.create(actor, dict(values))
    row = kind.model(workspace=actor.workspace)
    changes = assign(row, **custom.cleaned(actor, row, values))
    _obey(actor, kind, row, changes)
    required = {one.name: None for one in kind.fields if one.required and not one.is_custom}
    check(row, {**required, **changes}, kind.together)
    row.save()
    custom.claim(actor, row, changes)
    audit.record(actor, f"{kind.noun}.created", row, changes)
    _then(actor, kind, row, changes)
    return row


@transaction.atomic
def change_record(
    actor: Actor, kind: RecordKind, pk: int, seen_version: int, values: Values
) -> Any:
    """Set fields of a record. Raises Denied, NotFound, EditConflict, Refused, ValidationError."""
    actor.require(kind.writes)
    _refuse_read_only(kind)
    if kind.change is not None:
        return kind.change(actor, pk, seen_version, dict(values))
    row = locked(actor, kind, pk, seen_version)
    changes = assign(row, **custom.cleaned(actor, row, values))
    if not changes:
        return row
    _obey(actor, kind, row, changes)
    row.version += 1
    check(row, changes, kind.together)
    row.save(update_fields=[*columns_of(changes), "version", "updated_at"])
    custom.claim(actor, row, changes)
    audit.record(actor, f"{kind.noun}.changed", row, changes)
    _then(actor, kind, row, changes)
    return row


@transaction.atomic
def revert_record(
    actor: Actor, kind: RecordKind, pk: int, seen_version: int, values: Values
) -> Any:
    """Set fields back to what they were. Raises as `change_record` does."""
    actor.require(kind.writes)
    _refuse_read_only(kind)
    if kind.revert is not None:
        return kind.revert(actor, pk, seen_version, dict(values))
    return change_record(actor, kind, pk, seen_version, values)


@transaction.atomic
def delete_record(actor: Actor, kind: RecordKind, pk: int, seen_version: int) -> Any:
    """Put a record into the trash. Raises Denied, NotFound or EditConflict."""
    actor.require(kind.writes)
    _refuse_read_only(kind)
    if kind.delete is not None:
        return kind.delete(actor, pk, seen_version)
    row = locked(actor, kind, pk, seen_version)
    return put_away(actor, kind, row, timezone.now())


@transaction.atomic
def restore_record(actor: Actor, kind: RecordKind, pk: int) -> Any:
    """Bring a record back out of the trash. Raises Denied or NotFound."""
    actor.require(kind.writes)
    _refuse_read_only(kind)
    if kind.restore is not None:
        return kind.restore(actor, pk)
    trash: Any = kind.model.objects  # type: ignore[attr-defined]
    rows = trash.trashed_for(actor).select_for_update(no_key=True)
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound(f"That {kind.label.lower()} is not in the trash.")
    return put_away(actor, kind, row, None)


def locked(actor: Actor, kind: RecordKind, pk: int, seen_version: int | None = None) -> Any:
    """The row, locked for this transaction; as it was seen, where somebody edits what they saw.

    Raises NotFound or EditConflict.
    """
    row = kind.rows(actor).select_for_update(no_key=True, of=("self",)).filter(pk=pk).first()
    if row is None:
        raise NotFound(f"That {kind.label.lower()} no longer exists.")
    if seen_version is not None and row.version != seen_version:
        raise EditConflict(f"“{row}” changed while you were editing it.", held_now(actor, row))
    return row


def put_away(actor: Actor, kind: RecordKind, row: Any, deleted_at: Any) -> Any:
    """Note when a locked record went into the trash; without a moment it comes back out."""
    verb = f"{kind.noun}.{'restored' if deleted_at is None else 'deleted'}"
    before, row.deleted_at = row.deleted_at, deleted_at
    row.version += 1
    row.save(update_fields=["deleted_at", "version", "updated_at"])
    changes = {"deleted_at": (before, deleted_at)}
    audit.record(actor, verb, row, changes)
    _then(actor, kind, row, changes)
    return row


def _refuse_read_only(kind: RecordKind) -> None:
    if kind.read_only:
        raise Refused(f"{kind.plural} are not changed here. Their own pages say how.")


def _obey(actor: Actor, kind: RecordKind, row: Any, changes: Changes) -> None:
    for rule in HOUSE_RULES.values():
        rule(actor, kind, row, changes)
    if kind.rules is not None:
        kind.rules(actor, row, changes)


def _then(actor: Actor, kind: RecordKind, row: Any, changes: Changes) -> None:
    if kind.after is not None:
        kind.after(actor, row, changes)
