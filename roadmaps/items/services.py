"""The verbs of items that the house has not: moves with reasons, products, links that may close."""

from typing import Any, TypeVar

from django.db import transaction

from core.errors import NotFound, Refused
from products.catalog.models import Product
from roadmaps import marking
from roadmaps.items.models import Dependency, Estimate, Item, ItemProduct
from roadmaps.items.rules import check_move
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.audit import services as audit
from workspaces.fields import values as custom
from workspaces.records.changes import assign, check, columns_of
from workspaces.records.kinds import HOUSE_RULES, KINDS
from workspaces.records.services import locked, put_away

Row = TypeVar("Row", Estimate, Dependency)
ITEM = "roadmaps.item"
MOST_PRODUCTS = 200


@transaction.atomic
def change_item(
    actor: Actor,
    pk: int,
    *,
    seen_version: int,
    reason: str = "",
    takes_back: bool = False,
    **values: Any,
) -> Item:
    """Set fields of an item; `state` moves as its states allow, with the reason a move asks for.

    A move that is taken back goes the way it came. Raises Denied, NotFound, EditConflict, Refused,
    or ValidationError naming the fields.
    """
    actor.require(Perm.ROADMAP_EDIT)
    kind = KINDS[ITEM]
    item: Item = locked(actor, kind, pk, seen_version)
    state = item.state
    changes = assign(item, **custom.cleaned(actor, item, values))
    if not changes:
        return item
    for rule in HOUSE_RULES.values():
        rule(actor, kind, item, changes)
    if "state" in changes and not takes_back:
        check_move(item, state, item.state, reason)
    if kind.rules is not None:
        kind.rules(actor, item, {name: one for name, one in changes.items() if name != "state"})
    item.version += 1
    check(item, changes, kind.together)
    item.save(update_fields=[*columns_of(changes), "version", "updated_at"])
    custom.claim(actor, item, changes)
    verb = "item.moved" if "state" in changes else "item.changed"
    audit.record(actor, verb, item, changes | ({"reason": (None, reason)} if reason else {}))
    if kind.after is not None:
        kind.after(actor, item, changes)
    return item


@transaction.atomic
def set_products(actor: Actor, pk: int, products: list[int]) -> Item:
    """Say which products an item is about: these and no others."""
    actor.require(Perm.ROADMAP_EDIT)
    rows = Item.objects.visible_to(actor).select_for_update(no_key=True)
    item = rows.filter(pk=pk).first()
    if item is None:
        raise NotFound("That item no longer exists.")
    wanted = set(products)
    if len(wanted) > MOST_PRODUCTS:
        raise Refused(f"An item is about at most {MOST_PRODUCTS} products.")
    names = dict(Product.objects.visible_to(actor).filter(pk__in=wanted).values_list("pk", "name"))
    if wanted - set(names):
        raise NotFound("There is no such product here.")
    held = ItemProduct.objects.visible_to(actor).filter(item=item)
    had = dict(held.values_list("product", "product__name"))
    if set(had) == wanted:
        return item
    held.exclude(product__in=wanted).delete()
    ItemProduct.objects.bulk_create(
        ItemProduct(workspace=actor.workspace, item=item, product_id=one)
        for one in sorted(wanted - set(had))
    )
    before, after = (", ".join(sorted(each.values())) for each in (had, names))
    audit.record(actor, "item.about", item, {"products": (before, after)})
    marking.of_items(actor.workspace.pk, [item.pk], "its products")
    return item


@transaction.atomic
def restore_estimate(actor: Actor, pk: int) -> Estimate:
    """Bring an estimate back, unless its team has made another. Raises ValidationError."""
    actor.require(Perm.ROADMAP_EDIT)
    return _bring_back(actor, Estimate, pk)


@transaction.atomic
def restore_dependency(actor: Actor, pk: int) -> Dependency:
    """Bring a dependency back, unless it closes a circle by now. Raises NotFound or Refused."""
    actor.require(Perm.ROADMAP_EDIT)
    return _bring_back(actor, Dependency, pk)


def _bring_back(actor: Actor, model: type[Row], pk: int) -> Row:
    kind = KINDS[model._meta.label_lower]
    rows: Any = model.objects
    trash = rows.trashed_in(actor.workspace.pk).select_for_update(no_key=True)
    row: Row | None = trash.filter(pk=pk).first()
    if row is None:
        raise NotFound(f"That {kind.label.lower()} is not in the trash.")
    if kind.rules is not None:
        kind.rules(actor, row, {"deleted_at": (row.deleted_at, None)})
    put_away(actor, kind, row, None)
    return row
