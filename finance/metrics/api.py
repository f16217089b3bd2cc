"""Figures over the API: a product's last 90 days in the product itself."""

from typing import Any

from rest_framework import serializers

from finance.metrics.models import ProductSummary
from products.catalog.api import ProductSerializer
from workspaces.api.rows import extend

FIGURES = {
    "units": "units",
    "net_revenue": "net_revenue",
    "gross_margin_rate": "gross_margin_rate",
    "contribution": "contribution",
    "cost_coverage": "cost_coverage",
    "return_rate": "return_rate",
    "rating": "rating",
    "notes": "notes",
    "negative_rate": "negative_rate",
    "figures_currency": "currency",
    "figures_as_of": "computed_at",
}
MONEY = ("net_revenue", "gross_margin_rate", "contribution", "cost_coverage")


def extend_product() -> None:
    """Give every product over the API its figures of the last 90 days, null while unknown."""
    shapes: Any = serializers.ModelSerializer.serializer_field_mapping
    fields: dict[str, Any] = {}
    for name, column in FIGURES.items():
        kind = ProductSummary._meta.get_field(column)
        made = next(shapes[cls] for cls in type(kind).__mro__ if cls in shapes)
        options: dict[str, Any] = {"source": f"summary.{column}", "read_only": True}
        if made is serializers.DecimalField:
            options |= {"max_digits": kind.max_digits, "decimal_places": kind.decimal_places}
        fields[name] = made(allow_null=True, **options)
    extend(ProductSerializer, fields, MONEY)
