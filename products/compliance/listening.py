"""Hearing what happened to products, categories and markets, and marking what follows from them."""

from collections import defaultdict
from collections.abc import Sequence

from products.compliance import marking
from workspaces.audit.models import ActivityEvent
from workspaces.audit.relay import Listener, register_listener

PRODUCT = "products.product"
WHOLE = {"products.category", "products.market", "workspaces.importrun"}
OURS = "product.answered"  # whoever answers marks more exactly
MATTER = {"category", "supplier", "state", "deleted_at"}


def hear(workspace_id: int, events: Sequence[ActivityEvent]) -> None:
    """Mark the products that events touch, or all where markets, categories or files do."""
    touched: dict[str, set[int]] = defaultdict(set)
    for event in events:
        if event.model == PRODUCT and not _matters(event):
            continue
        touched[event.model].add(event.object_id)
    if WHOLE & set(touched):
        marking.of_everything(workspace_id, "markets, categories or an import")
    elif touched[PRODUCT]:
        marking.of_products(workspace_id, touched[PRODUCT], "the product changed")


def _matters(event: ActivityEvent) -> bool:
    if event.verb == OURS:
        return False
    return event.verb == "product.created" or bool(MATTER & set(event.changes))


def register() -> None:
    """Called from the app's ready()."""
    register_listener(Listener("obligations", hear))
