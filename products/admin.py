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
from products.compliance.models import (
    EvidenceCover,
    EvidenceDoc,
    EvidenceWarning,
    Obligation,
    ProductAttribute,
    RulePack,
    Waiver,
)
from workspaces.records.admin import ReadOnlyAdmin, RecordAdmin


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


@admin.register(RulePack)
class RulePackAdmin(ReadOnlyAdmin):
    """Versions of rule packs: chosen in the app, where what they change is shown first."""

    list_display = ("title", "key", "version", "state", "owner", "reviewed_on", "workspace")
    search_fields = ("key__istartswith",)


@admin.register(ProductAttribute)
class ProductAttributeAdmin(ReadOnlyAdmin):
    """What was answered about products."""

    list_display = ("key", "value", "product_id", "category_id", "answered_at", "workspace")
    search_fields = ("=key",)


@admin.register(EvidenceDoc)
class EvidenceDocAdmin(ReadOnlyAdmin):
    """Evidence: handed in and reviewed in the app alone."""

    list_display = ("title", "type", "state", "valid_to", "issuer", "workspace")
    search_fields = ("=sha256",)
    exclude = ("file",)


@admin.register(EvidenceCover)
class EvidenceCoverAdmin(ReadOnlyAdmin):
    """What a document is meant for."""

    list_display = ("evidence_id", "product_id", "rule", "workspace")


@admin.register(EvidenceWarning)
class EvidenceWarningAdmin(ReadOnlyAdmin):
    """Of which ends people were told."""

    list_display = ("evidence_id", "days", "valid_to", "workspace")


@admin.register(Waiver)
class WaiverAdmin(ReadOnlyAdmin):
    """Waivers: asked for and approved in the app alone."""

    list_display = ("rule", "product_id", "market_id", "state", "until", "workspace")


@admin.register(Obligation)
class ObligationAdmin(ReadOnlyAdmin):
    """Worked out from rules, answers and evidence."""

    list_display = ("title", "status", "product_id", "market_id", "gate", "workspace")
    search_fields = ("=rule",)
