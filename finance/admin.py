"""The ledger in Django admin: money history is read-only, here as everywhere."""

from django.contrib import admin

from finance.ledger.models import (
    Account,
    AdSpend,
    CostRecord,
    Customer,
    ExchangeRate,
    Order,
    OrderLine,
    Refund,
)
from finance.metrics.models import DailySales, ProductSummary
from workspaces.records.admin import ReadOnlyAdmin, RecordAdmin


@admin.register(Account)
class AccountAdmin(RecordAdmin):
    """Business customers."""

    list_display = ("name", "tier", "owner", "workspace")
    search_fields = ("name__istartswith",)
    readonly_fields = (*RecordAdmin.readonly_fields, "import_run")


@admin.register(Customer)
class CustomerAdmin(RecordAdmin):
    """The only place of personal data."""

    list_display = ("external_id", "name", "email", "country", "account", "workspace")
    search_fields = ("external_id__istartswith", "email__istartswith")
    readonly_fields = (*RecordAdmin.readonly_fields, "external_id", "first_order_day", "import_run")


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """Orders."""

    list_display = ("number", "day", "status", "currency", "channel", "customer", "workspace")
    list_filter = ("status",)
    search_fields = ("number__istartswith",)


@admin.register(OrderLine)
class OrderLineAdmin(ReadOnlyAdmin):
    """Lines of orders."""

    list_display = ("order", "position", "variant", "quantity", "gross", "discount", "currency")
    search_fields = ("=order__number",)


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """Goods or money that went back."""

    list_display = ("number", "day", "variant", "quantity", "amount", "currency", "workspace")
    search_fields = ("number__istartswith",)


@admin.register(CostRecord)
class CostRecordAdmin(ReadOnlyAdmin):
    """Effective-dated costs."""

    list_display = ("variant", "kind", "amount", "currency", "valid_from", "workspace")
    list_filter = ("kind",)
    search_fields = ("=variant__sku",)


@admin.register(AdSpend)
class AdSpendAdmin(ReadOnlyAdmin):
    """Money spent on advertising."""

    list_display = ("day", "channel", "product", "campaign", "amount", "currency", "workspace")
    search_fields = ("campaign__istartswith",)


@admin.register(ExchangeRate)
class ExchangeRateAdmin(ReadOnlyAdmin):
    """Dated rates."""

    list_display = ("currency", "quote", "rate", "valid_from", "workspace")
    search_fields = ("=currency", "=quote")


@admin.register(DailySales)
class DailySalesAdmin(ReadOnlyAdmin):
    """Worked out from the ledger."""

    list_display = ("day", "variant", "channel", "units", "gross", "discounts", "currency")
    search_fields = ("=variant__sku",)


@admin.register(ProductSummary)
class ProductSummaryAdmin(ReadOnlyAdmin):
    """Worked out from the ledger."""

    list_display = ("product", "units", "net_revenue", "currency", "computed_at", "workspace")
    search_fields = ("=product__handle",)
