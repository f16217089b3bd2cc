"""Changing the lists that products are sorted by: brands, suppliers, channels, markets, categories.

Each verb takes the model, since the rules are the same for all of them.
"""

from typing import Any, TypeVar
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, Value
from django.db.models.functions import Concat, Length, Right
from django.utils import timezone

from core.db import lock_keys
from core.errors import EditConflict, NotFound, Refused
from products.catalog.models import Brand, Category, Channel, Market, Product, Supplier
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.fields import values as custom
from workspaces.records.changes import assign, columns_of

LONGEST_PATH = 600
Entry = TypeVar("Entry", Brand, Supplier, Channel, Market, Category)


@transaction.atomic
def create_entry(actor: Actor, model: type[Entry], **values: Any) -> Entry:
    """Add an entry; one that lies in the trash under the same name is brought back.

    Raises Denied, or ValidationError naming the fields.
    """
    actor.require(Perm.CATALOG_EDIT)
    if model is Category:
        values = _hold_tree(actor, {"parent": None} | values)
    row = _trashed_twin(actor, model, values) or model(workspace=actor.workspace)
    changes = assign(row, **custom.cleaned(actor, row, values), **_path(values))
    row.deleted_at = None
    row.full_clean()
    row.save()
    custom.claim(actor, row, changes)
    audit.record(actor, f"{model._meta.model_name}.created", row, changes)
    return row


@transaction.atomic
def change_entry(
    actor: Actor, model: type[Entry], pk: int, *, seen_version: int, **values: Any
) -> Entry:
    """Rename an entry, or change what else it holds. A category takes its subtree along.

    Raises Denied, NotFound, EditConflict, Refused, or ValidationError naming the fields.
    """
    actor.require(Perm.CATALOG_EDIT)
    if model is Category:
        values = _hold_tree(actor, values)
    row = _locked(actor, model, pk, seen_version)
    before = getattr(row, "path", "")
    _check_parent(row, values)
    if isinstance(row, Category):
        values |= _path({"name": row.name, "parent": row.parent} | values)
    changes: dict[str, tuple[Any, Any]] = assign(row, **custom.cleaned(actor, row, values))
    if not changes:
        return row
    row.version += 1
    row.full_clean()
    row.save(update_fields=[*columns_of(changes), "version", "updated_at"])
    custom.claim(actor, row, changes)
    if isinstance(row, Category) and "path" in changes:
        _move_subtree(actor, before, row.path)
    audit.record(actor, f"{model._meta.model_name}.changed", row, changes)
    return row


@transaction.atomic
def delete_entry(actor: Actor, model: type[Entry], pk: int, *, seen_version: int) -> None:
    """Put an entry into the trash. Raises Refused while products still use it."""
    actor.require(Perm.CATALOG_EDIT)
    if model is Category:
        _hold_tree(actor, {})
    row = _locked(actor, model, pk, seen_version)
    field = model._meta.model_name
    if field in ("brand", "supplier", "category"):
        used = Product.objects.visible_to(actor).filter(**{f"{field}_id": row.pk}).count()
        if used:
            raise Refused(f"{used} products still use “{row}”. Move them first.")
    if isinstance(row, Category) and Category.objects.visible_to(actor).filter(parent=row).exists():
        raise Refused(f"“{row}” still has categories below it. Delete or move them first.")
    row.deleted_at, row.version = timezone.now(), row.version + 1
    row.save(update_fields=["deleted_at", "version", "updated_at"])
    audit.record(actor, f"{field}.deleted", row, {"deleted_at": (None, row.deleted_at)})


def _locked(actor: Actor, model: type[Entry], pk: int, seen_version: int) -> Entry:
    rows = model.objects.visible_to(actor).select_for_update(no_key=True)
    row: Entry | None = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound("That entry no longer exists.")
    if row.version != seen_version:
        raise EditConflict(f"“{row}” changed while you were editing it.")
    return row


def _hold_tree(actor: Actor, values: dict[str, Any]) -> dict[str, Any]:
    """One act at a time changes the tree of categories: a path says where all above it hang.

    The parent among `values` is read again, since it may have moved while this act waited.
    """
    lock_keys("categories", [str(actor.workspace.pk)])
    parent: Category | None = values.get("parent")
    if parent is None:
        return values
    now = Category.objects.visible_to(actor).filter(pk=parent.pk).first()
    if now is None:
        raise Refused(f"“{parent}” no longer exists. Choose another one.")
    return values | {"parent": now}


def _trashed_twin(actor: Actor, model: type[Entry], values: dict[str, Any]) -> Entry | None:
    """The entry of that name in the trash, which still holds the name."""
    by = {"path": _path(values)["path"]} if model is Category else {"name": values.get("name", "")}
    ((name, text),) = by.items()
    trash = model.objects.trashed_in(actor.workspace.pk)
    twin: Entry | None = trash.filter(**{f"{name}__iexact": text}).first()
    return twin


def _path(values: dict[str, Any]) -> dict[str, str]:
    """A category's path; nothing for the flat lists."""
    if "parent" not in values:
        return {}
    if Category.SEPARATOR.strip() in str(values.get("name", "")):
        text = "A name cannot have “>”. Make two categories, and hang one below the other."
        raise ValidationError({"name": [text]})
    parent: Category | None = values["parent"]
    above = f"{parent.path}{Category.SEPARATOR}" if parent else ""
    return {"path": f"{above}{values.get('name', '')}"}


def _check_parent(row: Any, values: dict[str, Any]) -> None:
    """Raise Refused when a category would hang below itself."""
    parent: Category | None = values.get("parent")
    if parent is None:
        return
    inside = f"{parent.path}{Category.SEPARATOR}".startswith(f"{row.path}{Category.SEPARATOR}")
    if parent.pk == row.pk or inside:
        raise Refused("A category cannot hang below itself.")


def _move_subtree(actor: Actor, before: str, after: str) -> None:
    """Give everything below a moved category its new path, in one statement."""
    below = Category.objects.with_trash(actor.workspace.pk).filter(
        path__startswith=f"{before}{Category.SEPARATOR}"
    )
    longest = below.aggregate(most=Max(Length("path")))["most"] or 0
    if longest - len(before) + len(after) > LONGEST_PATH:
        raise Refused("The names below it would become too long. Choose a shorter name.")
    rest = Right("path", Length("path") - len(before))
    below.update(path=Concat(Value(after), rest), version=F("version") + 1)


@transaction.atomic
def restore_entry(actor: Actor, model: type[Entry], pk: int) -> Entry:
    """Bring an entry back out of the trash. A category needs the one above it."""
    actor.require(Perm.CATALOG_EDIT)
    if model is Category:
        _hold_tree(actor, {})
    trash = model.objects.trashed_in(actor.workspace.pk).select_for_update(no_key=True)
    row: Entry | None = trash.filter(pk=pk).first()
    if row is None:
        raise NotFound("That entry is not in the trash.")
    if isinstance(row, Category) and row.parent is not None and row.parent.deleted_at:
        raise Refused(f"Restore “{row.parent}” first.")
    deleted_at, row.deleted_at = row.deleted_at, None
    row.version += 1
    row.save(update_fields=["deleted_at", "version", "updated_at"])
    verb = f"{model._meta.model_name}.restored"
    audit.record(actor, verb, row, {"deleted_at": (deleted_at, None)})
    return row


@transaction.atomic
def merge_entry(actor: Actor, model: type[Entry], pk: int, into: int, *, seen_version: int) -> int:
    """Move every product to another entry and put this one into the trash. Counts the moved.

    Only lists that products are sorted by can be merged; orders keep their channel and market.
    """
    actor.require(Perm.CATALOG_EDIT)
    field = model._meta.model_name
    if field not in ("brand", "supplier", "category"):
        raise Refused("Only brands, suppliers and categories can be merged.")
    if model is Category:
        _hold_tree(actor, {})
    row = _locked(actor, model, pk, seen_version)
    target = model.objects.visible_to(actor).filter(pk=into).exclude(pk=pk).first()
    if target is None:
        raise Refused("Choose another entry to merge it into.")
    products = list(
        Product.objects.visible_to(actor)
        .filter(**{f"{field}_id": pk})
        .order_by("pk")
        .select_for_update(no_key=True)
    )
    batch, changed = uuid4(), []
    for product in products:
        changed.append((product, assign(product, **{str(field): target})))
        product.version += 1
        product.updated_at = timezone.now()
    names = [str(field), "version", "updated_at"]
    Product.objects.bulk_update(products, names, batch_size=1_000)
    audit.record_many(actor, "product.changed", changed, batch)
    delete_entry(actor, model, pk, seen_version=row.version)
    return len(products)
