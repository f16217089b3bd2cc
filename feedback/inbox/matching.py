"""Whose note it is and what it is about: exact and unambiguous, or not at all.

A customer is found by e-mail, then by the shop's key; a product by SKU, handle, GTIN, then name.
"""

from dataclasses import asdict, dataclass
from typing import Any

from feedback.inbox.models import Clue, Note
from finance.ledger.models import Customer
from products.catalog.models import Product, Variant

LONGEST = {field.name: getattr(field, "max_length", None) or 0 for field in Clue._meta.fields}


@dataclass(frozen=True, slots=True)
class Named:
    """What a note names its customer and its product by. Nothing named is nothing looked for."""

    email: str = ""
    customer_key: str = ""
    sku: str = ""
    handle: str = ""
    gtin: str = ""
    product_name: str = ""

    def __bool__(self) -> bool:
        return any(asdict(self).values())

    @property
    def wants_customer(self) -> bool:
        return bool(self.email or self.customer_key)

    @property
    def wants_product(self) -> bool:
        return bool(self.sku or self.handle or self.gtin or self.product_name)


def cut(said: Named) -> Named:
    """Each as long as its column: what is longer names nothing of ours."""
    return Named(
        **{
            name: value if len(value) <= LONGEST[name] else ""
            for name, value in asdict(said).items()
        }
    )


def find_customer(workspace_id: int, said: Named) -> int | None:
    """The one customer that is meant; None for none, or for several."""
    rows = Customer.objects.in_workspace(workspace_id)
    if said.email and (found := _only(rows.filter(email__iexact=said.email))):
        return found
    return _only(rows.filter(external_id=said.customer_key)) if said.customer_key else None


def find_product(workspace_id: int, said: Named) -> int | None:
    """The one product that is meant; None for none, or for several."""
    variants = Variant.objects.in_workspace(workspace_id).filter(product__deleted_at=None)
    products = Product.objects.in_workspace(workspace_id)
    asked: tuple[tuple[str, Any, str], ...] = (
        (said.sku, variants.filter(sku=said.sku), "product_id"),
        (said.handle, products.filter(handle=said.handle), "pk"),
        (said.gtin, variants.filter(gtin=said.gtin), "product_id"),
        (said.product_name, products.filter(name__iexact=said.product_name), "pk"),
    )
    for text, rows, column in asked:
        if text and (found := _only(rows, column)):
            return found
    return None


def remember(note: Note, said: Named) -> None:
    """Keep what a note named; it waits for what is not known yet."""
    waits = (said.wants_customer and note.customer_id is None) or (
        said.wants_product and note.product_id is None
    )
    Clue.objects.create(workspace_id=note.workspace_id, note=note, waits=waits, **asdict(said))


def _only(rows: Any, column: str = "pk") -> int | None:
    found = list(rows.order_by().values_list(column, flat=True).distinct()[:2])
    return int(found[0]) if len(found) == 1 else None
