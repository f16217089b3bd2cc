"""Words for the groups of an answer: names instead of ids, one statement a dimension."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from finance.ledger.models import Account
from products.catalog.models import Brand, Category, Channel, Market, Product, Variant
from workspaces.access.actor import Actor

if TYPE_CHECKING:
    from finance.metrics.query import Row

NAMED: dict[str, tuple[Any, str]] = {
    "product": (Product, "name"),
    "variant": (Variant, "sku"),
    "category": (Category, "path"),
    "brand": (Brand, "name"),
    "account": (Account, "name"),
    "channel": (Channel, "name"),
    "market": (Market, "name"),
}
NOTHING = {
    "category": "No category",
    "brand": "No brand",
    "account": "No account",
    "market": "No market",
    "product": "No product",
}


def label_rows(actor: Actor, by: Sequence[str], rows: "Sequence[Row]") -> None:
    """Fill in the labels of `rows`. What lies in the trash keeps its name."""
    for name in by:
        words = names_of(actor, name, {row.keys[name] for row in rows})
        for row in rows:
            key = row.keys[name]
            row.labels[name] = words.get(key) or _plain(name, key)


def names_of(actor: Actor, dimension: str, ids: set[Any]) -> dict[Any, str]:
    """{id: name}, for dimensions that have names."""
    if dimension not in NAMED:
        return {}
    model, column = NAMED[dimension]
    rows = model.objects.with_trash(actor.workspace.pk).filter(pk__in=ids - {None})
    return dict(rows.values_list("pk", column))


def _plain(name: str, key: Any) -> str:
    if isinstance(key, date):
        return key.isoformat()
    return NOTHING.get(name, "Unknown") if key is None else str(key)
