"""What a product leads to and a variant comes from."""

from products.catalog.models import Product, Variant
from workspaces.access.actor import Actor
from workspaces.records.kinds import Trace
from workspaces.records.refs import Ref
from workspaces.records.tracing import AT_ONCE, register_trace

PRODUCT, VARIANT = Product._meta.label_lower, Variant._meta.label_lower


def _variants(actor: Actor, pk: int) -> list[Ref]:
    rows = Variant.objects.visible_to(actor).filter(product_id=pk).order_by("sku")
    return [(VARIANT, each) for each in rows.values_list("pk", flat=True)[:AT_ONCE]]


def _count_variants(actor: Actor, pk: int) -> int:
    return Variant.objects.visible_to(actor).filter(product_id=pk).count()


def _product(actor: Actor, pk: int) -> list[Ref]:
    rows = Variant.objects.visible_to(actor).filter(pk=pk)
    return [(PRODUCT, each) for each in rows.values_list("product_id", flat=True)]


def register() -> None:
    """Called from the app's ready()."""
    register_trace(PRODUCT, Trace("Variants", True, _variants, _count_variants))
    register_trace(VARIANT, Trace("Product", False, _product))
