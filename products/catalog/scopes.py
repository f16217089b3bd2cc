"""What a record is about: which products in which markets, as of which day.

Live blocks and evidence packs ask here. Products answer for themselves; apps above register what
else there is, such as launches.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from core.clock import today
from core.errors import Refused
from products.catalog.models import Market, Product
from workspaces.access.actor import Actor
from workspaces.records import refs
from workspaces.records.refs import Ref


@dataclass(frozen=True, slots=True)
class Scope:
    """Products and markets by name, and the day on which they are looked at."""

    title: str
    products: Mapping[int, str]
    markets: Mapping[int, str]
    day: date

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Each of the products with each of the markets, by name."""
        for product in _by_name(self.products):
            for market in _by_name(self.markets):
                yield product, market


def _by_name(names: Mapping[int, str]) -> list[int]:
    return sorted(names, key=lambda pk: (names[pk].casefold(), pk))


Find = Callable[[Actor, int], Scope]
_KNOWN: dict[str, Find] = {}


def register_scope(kind: str, find: Find) -> None:
    """Called from an app's ready(). `find` raises NotFound where the actor may not read it."""
    _KNOWN[kind] = find


def scope_of(actor: Actor, about: Ref | None) -> Scope:
    """Raises Refused for a record that is about no products, NotFound for one there is not."""
    if about is None or about[0] not in _KNOWN:
        raise Refused("This speaks of a product or a launch: begin the document on one of theirs.")
    return _KNOWN[about[0]](actor, about[1])


def _of_product(actor: Actor, pk: int) -> Scope:
    product = refs.find(actor, Product._meta.label_lower, pk)
    markets = Market.objects.visible_to(actor).values_list("pk", "name")
    day = today(actor.workspace.timezone)
    return Scope(str(product), {product.pk: str(product)}, dict(markets), day)


def register() -> None:
    """Called from the app's ready()."""
    register_scope(Product._meta.label_lower, _of_product)
