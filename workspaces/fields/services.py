"""Adding fields to records, changing what they are, and retiring them. Audited, one transaction."""

import secrets
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from core.errors import EditConflict, NotFound, Refused
from core.tasks import after_commit
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.fields import checking, converting
from workspaces.fields.models import CustomField
from workspaces.fields.recompute import drop_indexes, name_of
from workspaces.fields.tasks import index_fields
from workspaces.fields.values import claim_all
from workspaces.members.models import Workspace
from workspaces.records.changes import assign
from workspaces.records.fields import FieldType
from workspaces.records.kinds import KINDS

MOST = 100  # fields of a kind
FIXED = ("key", "kind")
CHANGEABLE = (
    "label",
    "type",
    "help",
    "required",
    "unique",
    "default",
    "options",
    "roles",
    "to",
    "unit",
    "currency",
    "formula",
)


@transaction.atomic
def create_field(actor: Actor, kind: str, **values: Any) -> CustomField:
    """Add a field to a kind of record; without a key it gets one made of its label.

    Raises Denied, Refused, or ValidationError naming what is wrong.
    """
    actor.require(Perm.FIELDS_MANAGE)
    _hold(actor)
    if kind not in KINDS:
        raise ValidationError({"kind": ["There is no such kind of record."]})
    others = list(CustomField.objects.visible_to(actor).filter(kind=kind))
    if len([one for one in others if one.retired_at is None]) >= MOST:
        raise Refused(f"{MOST} fields are the most. Retire one that is not needed.")
    key = values.pop("key", "") or free_key(str(values.get("label", "")), kind, others)
    field = CustomField(workspace=actor.workspace, kind=kind, key=key)
    field.order = max((one.order for one in others), default=0) + 1
    changes = assign(field, **values)
    checking.check_new_key(field, others)
    checking.check(field, others)
    field.save()
    if field.unique:
        _claim_values(field)
    if field.required and field.default is not None:
        converting.fill(actor, field)
    audit.record(actor, "customfield.created", field, changes | {"key": (None, key)})
    _stamp(actor, field)
    return field


@transaction.atomic
def change_field(actor: Actor, pk: int, *, seen_version: int, **values: Any) -> CustomField:
    """Change a field. Its key and kind stay for ever; another type only where every value converts.

    Raises Denied, NotFound, EditConflict, Refused, or ValidationError naming what is wrong.
    """
    actor.require(Perm.FIELDS_MANAGE)
    _hold(actor)
    field = _locked(actor, pk, seen_version)
    if fixed := [
        name for name in FIXED if values.pop(name, getattr(field, name)) != getattr(field, name)
    ]:
        raise ValidationError({name: ["It cannot change any more."] for name in fixed})
    before = CustomField.objects.visible_to(actor).get(pk=pk)
    changes = assign(field, **values)
    if not changes:
        return field
    others = list(CustomField.objects.visible_to(actor).filter(kind=field.kind).exclude(pk=pk))
    checking.check(field, others)
    checking.check_options_in_use(before, field)
    checking.check_formulas(field, others)
    if "type" in changes or ("to" in changes and field.type == FieldType.LINK):
        if name_of(before) != name_of(field):
            drop_indexes(before)
        converting.convert(actor, before, field)
    if field.unique and ("unique" in changes or "type" in changes):
        _claim_values(field)
    field.version += 1
    field.save()
    audit.record(actor, "customfield.changed", field, changes)
    _stamp(actor, field)
    return field


@transaction.atomic
def retire_field(actor: Actor, pk: int, *, seen_version: int) -> CustomField:
    """Show a field nowhere any more. Its values stay and come back with it.

    Raises Denied, NotFound, EditConflict, or Refused while a formula is made of it.
    """
    actor.require(Perm.FIELDS_MANAGE)
    _hold(actor)
    field = _locked(actor, pk, seen_version)
    others = CustomField.objects.visible_to(actor).in_use().filter(kind=field.kind).exclude(pk=pk)
    checking.check_not_needed(field, list(others))
    return _set_retired(actor, field, timezone.now(), "customfield.retired")


@transaction.atomic
def restore_field(actor: Actor, pk: int) -> CustomField:
    """Bring a retired field back with its values. Raises Denied or NotFound."""
    actor.require(Perm.FIELDS_MANAGE)
    _hold(actor)
    field = (
        CustomField.objects.visible_to(actor).select_for_update(no_key=True).filter(pk=pk).first()
    )
    if field is None:
        raise NotFound("That field no longer exists.")
    if field.retired_at is None:
        return field
    others = list(CustomField.objects.visible_to(actor).filter(kind=field.kind).exclude(pk=pk))
    checking.check(field, others)
    if field.unique:
        _claim_values(field)
    return _set_retired(actor, field, None, "customfield.restored")


@transaction.atomic
def reorder_fields(actor: Actor, kind: str, pks: Sequence[int]) -> None:
    """Put the fields of a kind into this order; those not named follow as they are."""
    actor.require(Perm.FIELDS_MANAGE)
    _hold(actor)
    rows = list(CustomField.objects.visible_to(actor).in_use().filter(kind=kind))
    place = {pk: index for index, pk in enumerate(pks)}
    rows.sort(key=lambda row: (place.get(row.pk, len(place)), row.order))
    moved = []
    for order, row in enumerate(rows, start=1):
        if row.order != order:
            row.order = order
            moved.append(row)
    if moved:
        CustomField.objects.bulk_update(moved, ["order"])
        audit.record(actor, "customfield.reordered", moved[0], {})
        _stamp(actor, moved[0])


def free_key(label: str, kind: str, others: Sequence[CustomField]) -> str:
    """A key made of a label that no field of the kind has, nor had."""
    stem = slugify(label).replace("-", "_")[:36].strip("_") or "field"
    stem = stem if stem[0].isalpha() else f"f_{stem}"[:36]
    taken = {one.key for one in others} | checking.reserved(kind)
    if stem not in taken:
        return stem
    return next(key for n in range(2, len(taken) + 3) if (key := f"{stem}_{n}") not in taken)


def _hold(actor: Actor) -> None:
    """One change of a workspace's fields at a time: whoever comes second sees the first's."""
    workspaces = Workspace.objects.select_for_update(no_key=True)
    workspaces.get(pk=actor.workspace.pk)


def _locked(actor: Actor, pk: int, seen_version: int) -> CustomField:
    rows = CustomField.objects.visible_to(actor).select_for_update(no_key=True)
    field = rows.filter(pk=pk, retired_at=None).first()
    if field is None:
        raise NotFound("That field no longer exists.")
    if field.version != seen_version:
        raise EditConflict(f"“{field}” changed while you were editing it.")
    return field


def _set_retired(actor: Actor, field: CustomField, moment: Any, verb: str) -> CustomField:
    before, field.retired_at = field.retired_at, moment
    field.version += 1
    field.save(update_fields=["retired_at", "version", "updated_at"])
    audit.record(actor, verb, field, {"retired_at": (before, moment)})
    _stamp(actor, field)
    return field


def _claim_values(field: CustomField) -> None:
    """Hold every value there is. Raises ValidationError naming one that occurs twice."""
    model: Any = KINDS[field.kind].model
    held = converting.values_of(field)
    if taken := claim_all(field.workspace, model, field, held):
        example = held[min(taken)]
        text = (
            f"“{example}” and {len(taken) - 1} more occur twice"
            if len(taken) > 1
            else (f"“{example}” occurs twice")
        )
        raise ValidationError({"unique": [f"{text}. Change those records first."]})


def _stamp(actor: Actor, field: CustomField) -> None:
    """Let every process read the fields anew, and see to the indexes."""
    stamp = secrets.randbits(62) + 1
    actor.workspace.fields_stamp = stamp
    Workspace.objects.filter(pk=actor.workspace.pk).update(fields_stamp=stamp)
    after_commit(index_fields, field.pk)
