"""Changing what a unit costs. Costs are dated: a change re-works the figures they enter."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.errors import EditConflict, NotFound, Refused
from finance.ledger.models import CostRecord
from products.catalog.models import Variant
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.fields import values as custom
from workspaces.records.changes import assign, columns_of
from workspaces.staleness.services import mark_stale

TOPIC = "sales"


@transaction.atomic
def create_cost(actor: Actor, variant_pk: int, **values: Any) -> CostRecord:
    """Say what one unit costs from a day on, until the next record of its kind.

    Raises Denied, NotFound, or ValidationError naming the fields.
    """
    actor.require(Perm.LEDGER_EDIT)
    variant = Variant.objects.visible_to(actor).filter(pk=variant_pk).first()
    if variant is None:
        raise NotFound("That variant no longer exists.")
    cost = CostRecord(workspace=actor.workspace, variant=variant)
    values.setdefault("currency", actor.workspace.currency)
    changes = assign(cost, **custom.cleaned(actor, cost, values))
    cost.full_clean(validate_constraints=False)
    _refuse_twin(cost)
    cost.validate_constraints()
    cost.save()
    custom.claim(actor, cost, changes)
    _mark(cost, "a cost was added")
    audit.record(actor, "cost.created", cost, changes | {"variant": (None, variant.pk)})
    return cost


@transaction.atomic
def change_cost(actor: Actor, pk: int, *, seen_version: int, **values: Any) -> CostRecord:
    """Correct a cost; its variant stays.

    Raises Denied, NotFound, EditConflict, or ValidationError naming the fields.
    """
    actor.require(Perm.LEDGER_EDIT)
    cost = _locked(actor, pk, seen_version)
    changes = assign(cost, **custom.cleaned(actor, cost, values))
    if not changes:
        return cost
    cost.version += 1
    cost.full_clean(validate_constraints=False)
    _refuse_twin(cost)
    cost.validate_constraints()
    cost.save(update_fields=[*columns_of(changes), "version", "updated_at"])
    custom.claim(actor, cost, changes)
    _mark(cost, "a cost was changed")
    audit.record(actor, "cost.changed", cost, changes)
    return cost


@transaction.atomic
def delete_cost(actor: Actor, pk: int, *, seen_version: int) -> CostRecord:
    """Put a cost into the trash; the record before it counts again."""
    actor.require(Perm.LEDGER_EDIT)
    cost = _locked(actor, pk, seen_version)
    cost.deleted_at, cost.version = timezone.now(), cost.version + 1
    cost.save(update_fields=["deleted_at", "version", "updated_at"])
    _mark(cost, "a cost was deleted")
    audit.record(actor, "cost.deleted", cost, {"deleted_at": (None, cost.deleted_at)})
    return cost


def _locked(actor: Actor, pk: int, seen_version: int) -> CostRecord:
    costs = CostRecord.objects.visible_to(actor).select_for_update(no_key=True)
    cost = costs.filter(pk=pk).first()
    if cost is None:
        raise NotFound("That cost no longer exists.")
    if cost.version != seen_version:
        raise EditConflict("This cost changed while you were editing it.")
    return cost


def _mark(cost: CostRecord, cause: str) -> None:
    mark_stale(cost.workspace_id, TOPIC, [f"variant:{cost.variant_id}"], cause)


@transaction.atomic
def restore_cost(actor: Actor, pk: int) -> CostRecord:
    """Take a cost out of the trash. Raises Refused while another stands in its place."""
    actor.require(Perm.LEDGER_EDIT)
    trash = CostRecord.objects.trashed_in(actor.workspace.pk).select_for_update(no_key=True)
    cost: CostRecord | None = trash.filter(pk=pk).first()
    if cost is None:
        raise NotFound("That cost is not in the trash.")
    if _twin(cost) is not None:
        raise Refused("Another cost of this kind begins on that day. Delete that one first.")
    changes = assign(cost, deleted_at=None)
    cost.version += 1
    cost.save(update_fields=["deleted_at", "version", "updated_at"])
    _mark(cost, "a cost was restored")
    audit.record(actor, "cost.restored", cost, changes)
    return cost


def _twin(cost: CostRecord) -> CostRecord | None:
    rows = CostRecord.objects.in_workspace(cost.workspace_id).exclude(pk=cost.pk)
    same = {name: getattr(cost, name) for name in ("variant_id", "kind", "valid_from")}
    found: CostRecord | None = rows.filter(**same).first()
    return found


def _refuse_twin(cost: CostRecord) -> None:
    if _twin(cost) is not None:
        words = "A cost of this kind already begins on that day. Change that one instead."
        raise ValidationError({"valid_from": [words]})
