"""Figures over the API: the catalogue, any query, and a product's last 90 days in the product."""

from datetime import date
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import DomainError
from finance.metrics.catalogue import METRICS
from finance.metrics.models import ProductSummary
from finance.metrics.query import MOST_ROWS, Figure, Query, Row, run
from finance.metrics.sources import DIMENSIONS, TIMES
from products.catalog.api import ProductSerializer
from workspaces.access.roles import Perm
from workspaces.api.rows import extend
from workspaces.api.viewsets import WorkspaceViewSet

LARGEST_ID = 2**63 - 1
MOST_FILTERED = 1_000
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
MASKED = ("net_revenue", "gross_margin_rate", "contribution", "cost_coverage")


def extend_product() -> None:
    """Give every product over the API its figures of the last 90 days, null while unknown."""
    shapes: Any = serializers.ModelSerializer.serializer_field_mapping
    fields: dict[str, Any] = {}
    for name, column in FIGURES.items():
        kind: Any = ProductSummary._meta.get_field(column)
        made = next(shapes[cls] for cls in type(kind).__mro__ if cls in shapes)
        options: dict[str, Any] = {"source": f"summary.{column}", "read_only": True}
        if made is serializers.DecimalField:
            options |= {"max_digits": kind.max_digits, "decimal_places": kind.decimal_places}
        fields[name] = made(allow_null=True, **options)
    extend(ProductSerializer, fields, MASKED)


class MetricSerializer(serializers.Serializer[Any]):
    """One figure of the catalogue: what it is called, what it means, how it is worked out."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    unit = serializers.CharField(help_text="money, count, rate or rating")
    formula = serializers.CharField()
    description = serializers.CharField()
    money = serializers.BooleanField(help_text="Masked for roles that see no money.")
    better = serializers.CharField(help_text="up, down or none")


class CatalogueSerializer(serializers.Serializer[Any]):
    """Every metric, and the dimensions that any of them can be grouped by."""

    results = MetricSerializer(many=True)
    dimensions = serializers.ListField(child=serializers.CharField())


class FigureSerializer(serializers.Serializer[Any]):
    """A value, null when unknown or masked; `coverage` is the known share of its inputs."""

    value = serializers.CharField(allow_null=True, help_text="A decimal number as text.")
    coverage = serializers.CharField(allow_null=True, help_text="0 to 1; null: does not arise.")


class FigureRowSerializer(serializers.Serializer[Any]):
    """The figures of one group."""

    keys = serializers.DictField(help_text="{dimension: id or day}")
    labels = serializers.DictField(child=serializers.CharField(allow_blank=True, allow_null=True))
    figures = serializers.DictField(child=FigureSerializer())
    previous = serializers.DictField(child=FigureSerializer(), help_text="With compare=true.")


class ResultSerializer(serializers.Serializer[Any]):
    """Rows and their total, with their age."""

    results = FigureRowSerializer(many=True)
    total = FigureRowSerializer()
    currency = serializers.CharField()
    as_of = serializers.DateTimeField(allow_null=True)
    stale = serializers.BooleanField(help_text="Something is being worked out right now.")
    masked = serializers.ListField(child=serializers.CharField())


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _figure(figure: Figure) -> dict[str, Any]:
    return {"value": _text(figure.value), "coverage": _text(figure.coverage)}


def _row(row: Row) -> dict[str, Any]:
    return {
        "keys": row.keys,
        "labels": row.labels,
        "figures": {name: _figure(one) for name, one in row.figures.items()},
        "previous": {name: _figure(one) for name, one in row.previous.items()},
    }


class MetricViewSet(WorkspaceViewSet):
    """Metrics: the catalogue, and any of them by any dimensions over any days."""

    reads, writes = Perm.METRICS_VIEW, None

    @extend_schema(responses=CatalogueSerializer)
    def list(self, request: Request, **kwargs: str) -> Response:
        """The catalogue."""
        self.allow_params()
        names = ("name", "label", "unit", "formula", "description", "money", "better")
        found = [{name: getattr(one, name) for name in names} for one in METRICS.values()]
        return Response({"results": found, "dimensions": list(DIMENSIONS)})

    @extend_schema(
        responses=ResultSerializer,
        parameters=[
            OpenApiParameter("metrics", str, required=True, description="Names, with commas."),
            OpenApiParameter("by", str, description="Dimensions to group by, with commas."),
            OpenApiParameter("from", {"type": "string", "format": "date"}, required=True),
            OpenApiParameter("to", {"type": "string", "format": "date"}, required=True),
            OpenApiParameter("currency", str, description="Default: the workspace's."),
            OpenApiParameter("compare", bool, description="Also the period just before."),
            OpenApiParameter("order", str, description="A metric; with - the largest first."),
            OpenApiParameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": MOST_ROWS},
                description="Rows.",
            ),
            OpenApiParameter("product", str, description="Only these ids, with commas."),
            OpenApiParameter("variant", str, description="Only these ids, with commas."),
            OpenApiParameter("category", str, description="Only these ids, with commas."),
            OpenApiParameter("brand", str, description="Only these ids, with commas."),
            OpenApiParameter("account", str, description="Only these ids, with commas."),
            OpenApiParameter("channel", str, description="Only these ids, with commas."),
            OpenApiParameter("market", str, description="Only these ids, with commas."),
        ],
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def query(self, request: Request, **kwargs: str) -> Response:
        """Any metrics, by any dimensions, over any days, with coverage."""
        filters = [name for name in DIMENSIONS if name not in TIMES]
        self.allow_params(
            "metrics", "by", "from", "to", "currency", "compare", "order", "limit", *filters
        )
        query = Query(
            metrics=self._names("metrics"),
            start=self._day("from"),
            end=self._day("to"),
            by=self._names("by"),
            filters={name: self._ids(name) for name in filters if name in request.query_params},
            compare=self._yes("compare"),
            currency=request.query_params.get("currency", ""),
            order=request.query_params.get("order", ""),
            limit=self._limit_rows(),
        )
        try:
            result = run(self.actor, query)
        except DomainError as refusal:
            if type(refusal) is DomainError:  # a wrong question, not a refused one
                raise ValidationError({"query": [str(refusal)]}) from refusal
            raise
        return Response(
            {
                "results": [_row(row) for row in result.rows],
                "total": _row(result.total),
                "currency": result.currency,
                "as_of": result.as_of,
                "stale": result.stale,
                "masked": [name for name, one in result.total.figures.items() if one.masked],
            }
        )

    def _names(self, name: str) -> tuple[str, ...]:
        text = self.request.query_params.get(name, "")
        return tuple(one.strip() for one in text.split(",") if one.strip())

    def _day(self, name: str) -> date:
        try:
            return date.fromisoformat(self.request.query_params.get(name, ""))
        except ValueError as wrong:
            raise ValidationError({name: ["Give a day such as 2026-03-31."]}) from wrong

    def _ids(self, name: str) -> tuple[int, ...]:
        found = self._names(name)
        right = [one.isascii() and one.isdigit() and int(one[:20]) <= LARGEST_ID for one in found]
        if not found or not all(right) or len(found) > MOST_FILTERED:
            raise ValidationError({name: [f"Give 1 to {MOST_FILTERED} ids, with commas."]})
        return tuple(int(one) for one in found)

    def _yes(self, name: str) -> bool:
        text = self.request.query_params.get(name, "false").lower()
        if text not in ("true", "false"):
            raise ValidationError({name: ["Say true or false."]})
        return text == "true"

    def _limit_rows(self) -> int:
        text = self.request.query_params.get("limit", str(MOST_ROWS))
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= MOST_ROWS:
            raise ValidationError({"limit": [f"Ask for 1 to {MOST_ROWS} rows."]})
        return int(text)


class BareQuery(MetricViewSet):
    """The same query at an address without the last slash, for whoever types it so."""

    schema = None  # type: ignore[assignment]
