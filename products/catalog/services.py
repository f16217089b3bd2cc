"""Changing products and their variants. Every verb is one transaction, audited."""

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from core.errors import EditConflict, NotFound, ReasonNeeded, Refused
from products.catalog.models import Product, Variant
from products.catalog.states import Assortment, may_move, undone_end_of_life, why_needed
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.fields import values as custom
from workspaces.fields.providing import held_now
from workspaces.records.changes import assign, check, columns_of
from workspaces.records.models import Record

Row = TypeVar("Row", Product, Variant)
LONGEST_HANDLE = 200


@transaction.atomic
def create_product(actor: Actor, **values: Any) -> Product:
    """Add a product; without a handle it gets one made of its name.

    Raises Denied, or ValidationError naming the fields.
    """
    actor.require(Perm.CATALOG_EDIT)
    product = Product(workspace=actor.workspace)
    if not values.get("handle"):
        values["handle"] = free_handle(actor, str(values.get("name", "")))
    changes = assign(product, **custom.cleaned(actor, product, values))
    _refuse_trashed_key(actor, product, "handle")
    check(product, changes | {"name": None}, ("handle",))
    product.save()
    custom.claim(actor, product, changes)
    audit.record(actor, "product.created", product, changes)
    return product


@transaction.atomic
def change_product(
    actor: Actor,
    pk: int,
    *,
    seen_version: int,
    reason: str = "",
    takes_back: bool = False,
    **values: Any,
) -> Product:
    """Set fields of a product; `state` moves as the range's rules allow, with its reason.

    A move that is taken back goes the way it came, whatever the rules say.

    Raises Denied, NotFound, EditConflict, Refused, or ValidationError naming the fields.
    """
    actor.require(Perm.CATALOG_EDIT)
    product = locked(actor, Product, pk, seen_version)
    target = values.get("state", product.state)
    if target != product.state and not takes_back:
        done = values.get("end_of_life", product.end_of_life)
        check_move(product, target, reason, done)
    changes = assign(product, **custom.cleaned(actor, product, values))
    if not changes:
        return product
    if "handle" in changes:
        _refuse_trashed_key(actor, product, "handle")
    _save(actor, product, changes)
    verb = "product.moved" if "state" in changes else "product.changed"
    audit.record(actor, verb, product, changes | ({"reason": (None, reason)} if reason else {}))
    return product


def check_move(
    product: Product, target: str, reason: str, done: dict[str, bool], *, since: str = ""
) -> None:
    """Raise Refused, or ValidationError on `state`, when the range's rules forbid the move.

    `since` is the state it had, for a product that already holds its new one.
    """
    if target not in Assortment.values:
        raise ValidationError({"state": [f"“{target}” is not an assortment state."]})
    state = since or product.state
    before, after = Assortment(state).label, Assortment(target).label
    if not may_move(state, target):
        raise Refused(f"“{product}” cannot go from {before} to {after} in one step.")
    question = why_needed(state, target)
    if question and not reason.strip():
        raise ReasonNeeded(f"{before} to {after} needs a reason. {question}")
    if still_open := undone_end_of_life(state, target, done):
        raise Refused(f"Finish the end-of-life list first: {'; '.join(still_open)}.")


@transaction.atomic
def delete_product(actor: Actor, pk: int, *, seen_version: int) -> Product:
    """Put a product into the trash; its variants stay with it and come back with it."""
    actor.require(Perm.CATALOG_EDIT)
    product = locked(actor, Product, pk, seen_version)
    return _throw_away(actor, product, "product.deleted")


@transaction.atomic
def restore_product(actor: Actor, pk: int) -> Product:
    """Bring a product back out of the trash."""
    actor.require(Perm.CATALOG_EDIT)
    return _bring_back(actor, Product, pk, "product.restored")


@transaction.atomic
def create_variant(actor: Actor, product_pk: int, **values: Any) -> Variant:
    """Add a variant to a product. Raises Denied, NotFound, or ValidationError naming the fields."""
    actor.require(Perm.CATALOG_EDIT)
    product = Product.objects.visible_to(actor).filter(pk=product_pk).first()
    if product is None:
        raise NotFound("That product no longer exists.")
    variant = Variant(workspace=actor.workspace, product=product)
    values.setdefault("currency", actor.workspace.currency)
    changes = assign(variant, **custom.cleaned(actor, variant, values))
    _refuse_trashed_key(actor, variant, "sku")
    check(variant, changes | {"sku": None}, ("sku",))
    variant.save()
    custom.claim(actor, variant, changes)
    audit.record(actor, "variant.created", variant, changes | {"product": (None, product.pk)})
    return variant


@transaction.atomic
def change_variant(actor: Actor, pk: int, *, seen_version: int, **values: Any) -> Variant:
    """Set fields of a variant. Raises as `change_product` does."""
    actor.require(Perm.CATALOG_EDIT)
    variant = locked(actor, Variant, pk, seen_version)
    changes = assign(variant, **custom.cleaned(actor, variant, values))
    if not changes:
        return variant
    if "sku" in changes:
        _refuse_trashed_key(actor, variant, "sku")
    _save(actor, variant, changes)
    audit.record(actor, "variant.changed", variant, changes)
    return variant


@transaction.atomic
def delete_variant(actor: Actor, pk: int, *, seen_version: int) -> Variant:
    """Put a variant into the trash. Its orders and costs stay what they are."""
    actor.require(Perm.CATALOG_EDIT)
    variant = locked(actor, Variant, pk, seen_version)
    return _throw_away(actor, variant, "variant.deleted")


@transaction.atomic
def restore_variant(actor: Actor, pk: int) -> Variant:
    """Bring a variant back out of the trash."""
    actor.require(Perm.CATALOG_EDIT)
    return _bring_back(actor, Variant, pk, "variant.restored")


def free_handle(actor: Actor, name: str) -> str:
    """A handle made of a name that no product of the workspace has, trashed ones included."""
    stem = slugify(name)[: LONGEST_HANDLE - 8] or "product"
    taken = set(
        Product.objects.with_trash(actor.workspace.pk)
        .filter(handle__startswith=stem)
        .values_list("handle", flat=True)
    )
    if stem not in taken:
        return stem
    return next(handle for n in range(2, len(taken) + 3) if (handle := f"{stem}-{n}") not in taken)


def locked(actor: Actor, model: type[Row], pk: int, seen_version: int) -> Row:
    """The row, locked for this transaction. Raises NotFound or EditConflict."""
    rows = model.objects.visible_to(actor).select_for_update(no_key=True)
    row: Row | None = rows.filter(pk=pk).sole()
    if row is None:
        raise NotFound(f"That {model._meta.verbose_name} no longer exists.")
    if row.version != seen_version:
        raise EditConflict(f"“{row}” changed while you were editing it.", held_now(actor, row))
    return row


def _save(actor: Actor, row: Record, changes: dict[str, Any]) -> None:
    row.version += 1
    check(row, changes, ("handle", "sku"))
    row.save(update_fields=[*columns_of(changes), "version", "updated_at"])
    custom.claim(actor, row, changes)


def _throw_away(actor: Actor, row: Row, verb: str) -> Row:
    row.deleted_at, row.version = timezone.now(), row.version + 1
    row.save(update_fields=["deleted_at", "version", "updated_at"])
    audit.record(actor, verb, row, {"deleted_at": (None, row.deleted_at)})
    return row


def _bring_back(actor: Actor, model: type[Row], pk: int, verb: str) -> Row:
    trash = model.objects.trashed_in(actor.workspace.pk).select_for_update(no_key=True)
    row: Row | None = trash.filter(pk=pk).first()
    if row is None:
        raise NotFound(f"That {model._meta.verbose_name} is not in the trash.")
    deleted_at, row.deleted_at = row.deleted_at, None
    row.version += 1
    row.save(update_fields=["deleted_at", "version", "updated_at"])
    audit.record(actor, verb, row, {"deleted_at": (deleted_at, None)})
    return row


def _refuse_trashed_key(actor: Actor, row: Product | Variant, field: str) -> None:
    """Say in words that the key is held by something in the trash."""
    manager: Any = type(row).objects
    value = getattr(row, field)
    trash = manager.trashed_in(actor.workspace.pk).exclude(pk=row.pk)
    if value and trash.filter(**{field: value}).exists():
        text = f"“{value}” belongs to a {row._meta.verbose_name} in the trash. Restore that one."
        raise ValidationError({field: [text]})
