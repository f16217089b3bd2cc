"""The catalogue in Django admin."""

from django.contrib import admin

from products.catalog.models import (
    Brand,
    Category,
    Channel,
    Market,
    Product,
    Supplier,
    Variant,
)
from workspaces.records.admin import RecordAdmin


@admin.register(Product)
class ProductAdmin(RecordAdmin):
    """Products; their state moves in the app, by its rules."""

    list_display = ("name", "handle", "state", "brand", "category", "workspace", "updated_at")
    list_filter = ("state",)
    search_fields = ("name__istartswith", "handle__istartswith")
    readonly_fields = (*RecordAdmin.readonly_fields, "state", "end_of_life", "import_run")


@admin.register(Variant)
class VariantAdmin(RecordAdmin):
    """Variants; their prices are money history and change in the app."""

    list_display = ("sku", "name", "product", "price", "currency", "workspace")
    search_fields = ("sku__istartswith", "gtin")
    readonly_fields = (
        *RecordAdmin.readonly_fields,
        "product",
        "price",
        "compare_at_price",
        "currency",
        "import_run",
    )


@admin.register(Category)
class CategoryAdmin(RecordAdmin):
    """Categories; the tree is moved in the app, where paths follow."""

    list_display = ("path", "workspace", "updated_at")
    search_fields = ("path__istartswith",)
    readonly_fields = (*RecordAdmin.readonly_fields, "name", "path", "parent", "import_run")


@admin.register(Brand, Supplier, Channel, Market)
class NamedAdmin(RecordAdmin):
    """The lists products and orders are sorted by."""

    list_display = ("name", "workspace", "updated_at")
    search_fields = ("name__istartswith",)
    readonly_fields = (*RecordAdmin.readonly_fields, "import_run")
