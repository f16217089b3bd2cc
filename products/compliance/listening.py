"""Hearing what happened to products, categories and markets, and marking what follows from them."""

from collections.abc import Collection, Iterable, Sequence

from django.db.models import Q

from products.compliance import marking
from workspaces.audit.models import ActivityEvent
from workspaces.audit.relay import Listener, register_listener

PRODUCT = "products.product"
WHOLE = {"products.category", "products.market", "workspaces.importrun"}
OURS = "product.answered"  # whoever answers marks more exactly
MATTER = {"category", "supplier", "state", "deleted_at"}


def hear(workspace_id: int, events: Sequence[ActivityEvent]) -> None:
    """Mark the products that events touch, or all where markets, categories or files do."""
    products, every = _touched(events)
    if every:
        marking.of_everything(workspace_id, "markets, categories or an import")
    elif products:
        marking.of_products(workspace_id, products, "the product changed")


def unheard(workspace_id: int, products: Collection[int]) -> set[int]:
    """Those of these products that something happened to of which nothing is marked yet."""
    rows = ActivityEvent.objects.in_workspace(workspace_id).filter(told=False)
    rows = rows.filter(Q(model__in=WHOLE) | Q(model=PRODUCT, object_id__in=products))
    touched, every = _touched(rows.only("model", "object_id", "verb", "changes"))
    return set(products) if every else touched


def _touched(events: Iterable[ActivityEvent]) -> tuple[set[int], bool]:
    """The products that events touch, and whether it may be all of them."""
    products, every = set(), False
    for event in events:
        if event.model in WHOLE:
            every = True
        elif event.model == PRODUCT and _matters(event):
            products.add(event.object_id)
    return products, every


def _matters(event: ActivityEvent) -> bool:
    if event.verb == OURS:
        return False
    return event.verb == "product.created" or bool(MATTER & set(event.changes))


def register() -> None:
    """Called from the app's ready()."""
    register_listener(Listener("obligations", hear))
