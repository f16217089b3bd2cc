"""What launches are about: the products, markets, segments and items of each."""

from hashlib import sha256
from typing import Any

from feedback.segments.models import Segment
from products.catalog.models import Market, Product
from roadmaps.items.models import Item
from roadmaps.launches.models import (
    Launch,
    LaunchItem,
    LaunchMarket,
    LaunchProduct,
    LaunchSegment,
)
from workspaces.access.actor import Actor

Scope = dict[str, list[int]]
LINKS: dict[str, tuple[Any, Any, str]] = {
    "products": (LaunchProduct, Product, "product"),
    "markets": (LaunchMarket, Market, "market"),
    "segments": (LaunchSegment, Segment, "segment"),
    "items": (LaunchItem, Item, "item"),
}


def scope_of(actor: Actor, launch: Launch) -> Scope:
    """The ids of what a launch is about, by the names of `LINKS`."""
    found = {}
    for what, (link, _, name) in LINKS.items():
        rows = link.objects.visible_to(actor).filter(launch=launch)
        found[what] = list(rows.order_by(name).values_list(name, flat=True))
    return found


def tag_of(scope: Scope) -> str:
    """The same for the same scope, and another one once anything was added or taken away."""
    return sha256(repr(sorted(scope.items())).encode()).hexdigest()[:16]
