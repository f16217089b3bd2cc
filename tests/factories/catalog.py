"""Products and what sorts them: the smallest legal rows."""

import factory
from factory.django import DjangoModelFactory

from products.catalog.models import Brand, Category, Channel, Market, Product, Supplier, Variant
from products.catalog.states import Assortment
from tests.factories.workspaces import WorkspaceFactory


class ScopedFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    workspace = factory.SubFactory(WorkspaceFactory)


def beside(name: str) -> factory.SelfAttribute:
    """The same workspace as the row it belongs to."""
    return factory.SelfAttribute(f"..{name}")


class BrandFactory(ScopedFactory):
    class Meta:
        model = Brand

    name = factory.Sequence("Brand {}".format)


class SupplierFactory(ScopedFactory):
    class Meta:
        model = Supplier

    name = factory.Sequence("Supplier {}".format)


class ChannelFactory(ScopedFactory):
    class Meta:
        model = Channel

    name = factory.Sequence("Channel {}".format)


class MarketFactory(ScopedFactory):
    class Meta:
        model = Market

    name = factory.Sequence("Market {}".format)


class CategoryFactory(ScopedFactory):
    class Meta:
        model = Category

    name = factory.Sequence("Category {}".format)
    path = factory.LazyAttribute(
        lambda row: f"{row.parent.path} > {row.name}" if getattr(row, "parent", None) else row.name
    )


class ProductFactory(ScopedFactory):
    class Meta:
        model = Product

    handle = factory.Sequence("product-{}".format)
    name = factory.Sequence("Product {}".format)
    state = Assortment.LIVE


class VariantFactory(ScopedFactory):
    class Meta:
        model = Variant

    product = factory.SubFactory(ProductFactory, workspace=beside("workspace"))
    sku = factory.Sequence("SKU-{}".format)
    price = 10
    currency = "EUR"
