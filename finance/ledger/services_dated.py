"""Changing exchange rates and ad spend: dated facts that have no record above them.

A rate enters every figure that is converted, so a change re-works them all. Ad spend enters no
stored figure: the metrics read it where it stands.
"""

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.errors import EditConflict, NotFound, Refused
from finance.ledger.models import AdSpend, ExchangeRate
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.fields import values as custom
from workspaces.records.changes import assign, check_days, columns_of
from workspaces.staleness.services import BULK, mark_stale

Row = TypeVar("Row", AdSpend, ExchangeRate)
KEYS: dict[type, tuple[str, ...]] = {
    AdSpend: ("day", "channel_id", "product_id", "campaign", "currency"),
    ExchangeRate: ("currency", "quote", "valid_from"),
}
NAMES: dict[type, str] = {AdSpend: "ad spend", ExchangeRate: "rate"}


@transaction.atomic
def create_dated(actor: Actor, model: type[Row], **values: Any) -> Row:
    """Add a rate or spend. Raises Denied, or ValidationError naming the fields."""
    actor.require(Perm.LEDGER_EDIT)
    row = model(workspace=actor.workspace)
    changes = assign(row, **custom.cleaned(actor, row, values))
    _check(row)
    row.save()
    custom.claim(actor, row, changes)
    _finish(actor, row, "created", changes)
    return row


@transaction.atomic
def change_dated(
    actor: Actor, model: type[Row], pk: int, *, seen_version: int, **values: Any
) -> Row:
    """Correct a rate or spend.

    Raises Denied, NotFound, EditConflict, or ValidationError naming the fields.
    """
    actor.require(Perm.LEDGER_EDIT)
    row = _locked(actor, model, pk, seen_version)
    changes: dict[str, tuple[Any, Any]] = assign(row, **custom.cleaned(actor, row, values))
    if not changes:
        return row
    row.version += 1
    _check(row)
    row.save(update_fields=[*columns_of(changes), "version", "updated_at"])
    custom.claim(actor, row, changes)
    _finish(actor, row, "changed", changes)
    return row


@transaction.atomic
def delete_dated(actor: Actor, model: type[Row], pk: int, *, seen_version: int) -> Row:
    """Put a rate or spend into the trash."""
    actor.require(Perm.LEDGER_EDIT)
    row = _locked(actor, model, pk, seen_version)
    _move(actor, row, timezone.now(), "deleted")
    return row


@transaction.atomic
def restore_dated(actor: Actor, model: type[Row], pk: int) -> Row:
    """Take a rate or spend out of the trash. Raises Refused while a twin stands in its place."""
    actor.require(Perm.LEDGER_EDIT)
    trash = model.objects.trashed_in(actor.workspace.pk).select_for_update(no_key=True)
    row: Row | None = trash.filter(pk=pk).first()
    if row is None:
        raise NotFound(f"That {NAMES[model]} is not in the trash.")
    if _twins(row).filter(deleted_at=None).exists():
        raise Refused("Another one stands in its place. Delete that one first.")
    _move(actor, row, None, "restored")
    return row


def _move(actor: Actor, row: Row, moment: Any, verb: str) -> None:
    changes = assign(row, deleted_at=moment)
    row.version += 1
    row.save(update_fields=["deleted_at", "version", "updated_at"])
    _finish(actor, row, verb, changes)


def _locked(actor: Actor, model: type[Row], pk: int, seen_version: int) -> Row:
    rows = model.objects.visible_to(actor).select_for_update(no_key=True)
    row: Row | None = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound(f"That {NAMES[model]} no longer exists.")
    if row.version != seen_version:
        raise EditConflict(f"This {NAMES[model]} changed while you were editing it.")
    return row


def _twins(row: Any) -> Any:
    values = {name: getattr(row, name) for name in KEYS[type(row)]}
    same = {n: v for n, v in values.items() if v is not None}
    none = {f"{n}__isnull": True for n, v in values.items() if v is None}
    rows = type(row).objects.with_trash(row.workspace_id).filter(**same, **none)
    return rows.exclude(pk=row.pk)


def _check(row: Any) -> None:
    """Say in words what the database would refuse."""
    row.full_clean(validate_constraints=False)
    check_days(row, ("day", "valid_from"))
    if isinstance(row, ExchangeRate) and row.currency == row.quote:
        raise ValidationError({"quote": ["Choose another currency than the first one."]})
    twins = _twins(row)
    field = "valid_from" if isinstance(row, ExchangeRate) else "day"
    if twins.filter(deleted_at=None).exists():
        raise ValidationError({field: ["There is one for that day already. Change that one."]})
    if isinstance(row, AdSpend) and twins.exists():
        raise ValidationError({field: ["The same one lies in the trash. Restore it there."]})
    row.validate_constraints()


def _finish(actor: Actor, row: Any, verb: str, changes: dict[str, Any]) -> None:
    audit.record(actor, f"{row._meta.model_name}.{verb}", row, changes)
    if isinstance(row, ExchangeRate):
        words = f"the rate of {row.currency} was {verb}"
        mark_stale(row.workspace_id, "sales", ["all"], words, urgency=BULK)
