"""The catalogue over the API: products, variants, and the lists they are sorted by."""

from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from rest_framework import serializers

from products.catalog import services, services_lists
from products.catalog.models import (
    Brand,
    Category,
    Channel,
    Market,
    Product,
    Supplier,
    Variant,
)
from products.catalog.states import Assortment
from workspaces.access.roles import Perm
from workspaces.api.filters import IdFilter, MomentFilter
from workspaces.api.inputs import Input, TextField
from workspaces.api.paging import Order
from workspaces.api.rows import Output
from workspaces.api.viewsets import Changes, Creates, Deletes, RecordViewSet

BASE = ["id", "version", "created_at", "updated_at"]


class ProductSerializer(Output):
    """A product; `brand`, `category`, `supplier` and `owner` are ids, their names stand beside."""

    brand_name = serializers.CharField(source="brand.name", read_only=True, allow_null=True)
    category_path = serializers.CharField(source="category.path", read_only=True, allow_null=True)
    end_of_life = serializers.DictField(child=serializers.BooleanField(), read_only=True)
    supplier_name = serializers.CharField(source="supplier.name", read_only=True, allow_null=True)

    class Meta:
        model = Product
        fields = [
            *BASE,
            "handle",
            "name",
            "description",
            "product_type",
            "tags",
            "image_url",
            "brand",
            "brand_name",
            "category",
            "category_path",
            "supplier",
            "supplier_name",
            "owner",
            "state",
            "launched_on",
            "end_of_life",
        ]


class ProductInput(Input):
    """What may be set on a product."""

    class Meta:
        model = Product
        fields = [
            "handle",
            "name",
            "description",
            "product_type",
            "tags",
            "image_url",
            "brand",
            "category",
            "supplier",
            "owner",
            "state",
            "launched_on",
        ]
        extra_kwargs = {"handle": {"required": False}}


class ProductChange(ProductInput):
    """The same, with the reason that some moves of the assortment state ask for."""

    end_of_life = serializers.DictField(child=serializers.BooleanField(), required=False)
    reason = TextField(required=False, allow_blank=True, max_length=1_000)

    class Meta(ProductInput.Meta):
        fields = [*ProductInput.Meta.fields, "end_of_life", "reason"]


class ProductFilters(filters.FilterSet):
    """Narrowing a list of products."""

    q = filters.CharFilter(method="matching", label="Every word in name, handle, SKU or GTIN.")
    state = filters.ChoiceFilter(choices=Assortment.choices)
    brand = IdFilter()
    category = IdFilter()
    supplier = IdFilter()
    owner = IdFilter()
    handle = filters.CharFilter()
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")

    def matching(self, rows: Any, name: str, text: str) -> Any:
        return rows.matching(text)


class ProductViewSet(Creates, Changes, Deletes, RecordViewSet):
    """What the shop sells."""

    reads, writes = Perm.CATALOG_VIEW, Perm.CATALOG_EDIT
    output, input, change_input = ProductSerializer, ProductInput, ProductChange
    filterset_class = ProductFilters
    orders: ClassVar = {
        "name": Order(("name", "id")),
        "-updated_at": Order(("-updated_at", "-id")),
        "id": Order(("id",)),
    }

    def make(self, values: dict[str, Any]) -> Product:
        return services.create_product(self.actor, **values)

    def change(self, pk: int, values: dict[str, Any], seen_version: int) -> Product:
        return services.change_product(self.actor, pk, seen_version=seen_version, **values)

    def delete_row(self, pk: int, seen_version: int) -> None:
        services.delete_product(self.actor, pk, seen_version=seen_version)


class VariantSerializer(Output):
    """One purchasable form of a product."""

    product_name = serializers.CharField(source="product.name", read_only=True)
    product_handle = serializers.CharField(source="product.handle", read_only=True)

    class Meta:
        model = Variant
        fields = [
            *BASE,
            "product",
            "product_name",
            "product_handle",
            "sku",
            "gtin",
            "name",
            "price",
            "compare_at_price",
            "currency",
            "weight_grams",
        ]


class VariantInput(Input):
    """What may be set on a variant; without `currency` it is the workspace's."""

    class Meta:
        model = Variant
        fields = [
            "product",
            "sku",
            "gtin",
            "name",
            "price",
            "compare_at_price",
            "currency",
            "weight_grams",
        ]
        extra_kwargs = {"currency": {"required": False}}


class VariantChange(Input):
    """The same; a variant stays with its product."""

    class Meta:
        model = Variant
        fields = [name for name in VariantInput.Meta.fields if name != "product"]


class VariantFilters(filters.FilterSet):
    """Narrowing a list of variants."""

    product = IdFilter()
    sku = filters.CharFilter()
    gtin = filters.CharFilter()
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")


class VariantViewSet(Creates, Changes, Deletes, RecordViewSet):
    """SKUs with their list prices."""

    reads, writes = Perm.CATALOG_VIEW, Perm.CATALOG_EDIT
    output, input, change_input = VariantSerializer, VariantInput, VariantChange
    filterset_class = VariantFilters
    orders: ClassVar = {"id": Order(("id",)), "sku": Order(("sku",))}

    def get_queryset(self) -> QuerySet[Variant]:
        return Variant.objects.visible_to(self.actor).filter(product__deleted_at=None)

    def make(self, values: dict[str, Any]) -> Variant:
        product = values.pop("product")
        return services.create_variant(self.actor, product.pk, **values)

    def change(self, pk: int, values: dict[str, Any], seen_version: int) -> Variant:
        return services.change_variant(self.actor, pk, seen_version=seen_version, **values)

    def delete_row(self, pk: int, seen_version: int) -> None:
        services.delete_variant(self.actor, pk, seen_version=seen_version)


class NameFilters(filters.FilterSet):
    """Narrowing a list of names."""

    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="Part of the name.")


class NamedViewSet(Creates, Changes, Deletes, RecordViewSet, abstract=True):
    """One of the lists products, orders and notes are sorted by."""

    reads, writes = Perm.CATALOG_VIEW, Perm.CATALOG_EDIT
    filterset_class = NameFilters
    orders: ClassVar = {"name": Order(("name", "id")), "id": Order(("id",))}

    def make(self, values: dict[str, Any]) -> Any:
        return services_lists.create_entry(self.actor, self.output.Meta.model, **values)

    def change(self, pk: int, values: dict[str, Any], seen_version: int) -> Any:
        model = self.output.Meta.model
        return services_lists.change_entry(
            self.actor, model, pk, seen_version=seen_version, **values
        )

    def delete_row(self, pk: int, seen_version: int) -> None:
        model = self.output.Meta.model
        services_lists.delete_entry(self.actor, model, pk, seen_version=seen_version)


class BrandSerializer(Output):
    """Whose name is on the product."""

    class Meta:
        model = Brand
        fields = [*BASE, "name"]


class BrandInput(Input):
    class Meta:
        model = Brand
        fields = ["name"]


class BrandViewSet(NamedViewSet):
    """Brands."""

    output, input = BrandSerializer, BrandInput


class SupplierSerializer(Output):
    """Who we buy from."""

    class Meta:
        model = Supplier
        fields = [*BASE, "name", "email", "country"]


class SupplierInput(Input):
    class Meta:
        model = Supplier
        fields = ["name", "email", "country"]


class SupplierViewSet(NamedViewSet):
    """Suppliers."""

    output, input = SupplierSerializer, SupplierInput


class ChannelSerializer(Output):
    """Where orders and feedback come from."""

    class Meta:
        model = Channel
        fields = [*BASE, "name"]


class ChannelInput(Input):
    class Meta:
        model = Channel
        fields = ["name"]


class ChannelViewSet(NamedViewSet):
    """Channels."""

    output, input = ChannelSerializer, ChannelInput


class MarketSerializer(Output):
    """A country or region we sell to."""

    class Meta:
        model = Market
        fields = [*BASE, "name", "country", "language", "currency"]


class MarketInput(Input):
    class Meta:
        model = Market
        fields = ["name", "country", "language", "currency"]


class MarketViewSet(NamedViewSet):
    """Markets."""

    output, input = MarketSerializer, MarketInput


class CategorySerializer(Output):
    """A node of the category tree; `path` is the names from the root."""

    class Meta:
        model = Category
        fields = [*BASE, "name", "path", "parent"]


class CategoryInput(Input):
    class Meta:
        model = Category
        fields = ["name", "parent"]


class CategoryFilters(NameFilters):
    parent = IdFilter()


class CategoryViewSet(NamedViewSet):
    """Categories."""

    output, input = CategorySerializer, CategoryInput
    filterset_class = CategoryFilters
    orders: ClassVar = {"path": Order(("path", "id")), "id": Order(("id",))}
