"""The whole catalogue as a file that imports back unchanged."""

from collections.abc import Iterator

from django.db.models import F

from products.catalog.models import Variant
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.fields import transfer as own
from workspaces.imports.kinds import Export

RECORD = "products.product"

FIELDS = {
    "sku": "sku",
    "handle": "product__handle",
    "title": "product__name",
    "variant_name": "name",
    "gtin": "gtin",
    "price": "price",
    "compare_at_price": "compare_at_price",
    "currency": "currency",
    "weight_grams": "weight_grams",
    "brand": "product__brand__name",
    "category": "product__category__path",
    "supplier": "product__supplier__name",
    "product_type": "product__product_type",
    "tags": "product__tags",
    "state": "product__state",
    "launched_on": "product__launched_on",
    "image_url": "product__image_url",
    "description": "product__description",
}


def _rows(actor: Actor) -> Iterator[tuple[object, ...]]:
    actor.require(Perm.DATA_EXPORT)
    found = Variant.objects.visible_to(actor).filter(product__deleted_at=None)
    rows = found.order_by(F("product_id"), "pk").values_list(*FIELDS.values(), "product__custom")
    return own.beside(actor, RECORD, rows.iterator(chunk_size=own.CHUNK))


def _names(actor: Actor) -> tuple[str, ...]:
    return (*FIELDS, *own.names(actor, RECORD))


PRODUCTS_EXPORT = Export(Perm.CATALOG_VIEW, _names, _rows)
