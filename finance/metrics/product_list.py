"""What a product earned, as fields and short filters of the product list."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from finance.ledger.models import CostRecord
from finance.metrics.models import ProductSummary
from products.catalog.models import Variant
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.lists.quick import register_quick_filter
from workspaces.records.describing import register_fields
from workspaces.records.fields import Field, FieldType
from workspaces.records.kinds import RecordKind
from workspaces.records.lists import ListFilter, whole_number

PRODUCT = "products.product"
_MONEY = {"perm": Perm.MONEY_VIEW, "currency": "summary__currency"}
_RATE = {"perm": Perm.MONEY_VIEW}


LAST_DAYS = (
    f"Of the last {ProductSummary.WINDOW_DAYS} days, today included. Where the shop sold nothing "
    "in them, of those up to its last sale."
)


def _figure(name: str, label: str, kind: FieldType, help: str = LAST_DAYS, **more: Any) -> Field:
    """A figure of a product's last 90 days; unknown where nothing was worked out."""
    return Field(name, label, kind, editable=False, at=f"summary__{name}", help=help, **more)


FIGURES = (
    _figure("units", "Units, 90 d", FieldType.NUMBER, places=0),
    _figure("net_revenue", "Net revenue, 90 d", FieldType.MONEY, **_MONEY),
    _figure("gross_margin_rate", "Gross margin, 90 d", FieldType.PERCENT, **_RATE),
    _figure("contribution", "Contribution, 90 d", FieldType.MONEY, shown=False, **_MONEY),
    _figure(
        "return_rate",
        "Return rate, 90 d",
        FieldType.PERCENT,
        f"{LAST_DAYS} Unknown while all that came back names no order, or no number of units.",
    ),
    _figure("rating", "Rating", FieldType.NUMBER, "Of all time.", unit="★", places=1),
    _figure("notes", "Notes", FieldType.NUMBER, "Of all time.", places=0, shown=False),
)


def figures_of(actor: Actor, kind: RecordKind) -> Sequence[Field]:
    """What a product earned and how it was received, beside its own fields."""
    return FIGURES if kind.name == PRODUCT else ()


def _by_cost(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Whether some variant's landed cost is unknown, or all are known."""
    if text not in ("missing", "known"):
        return rows
    costs = CostRecord.objects.visible_to(actor).filter(variant=OuterRef("pk"), kind="landed")
    variants = Variant.objects.visible_to(actor).filter(product=OuterRef("pk"))
    missing = Exists(variants.filter(~Exists(costs)))
    return rows.filter(missing) if text == "missing" else rows.filter(Exists(variants), ~missing)


def _by_rating(actor: Actor, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    if text == "none":
        return rows.filter(summary__rating=None)
    below = whole_number(text)
    return rows if below is None else rows.filter(summary__rating__lt=min(below, 6))


def register() -> None:
    """Called from the app's ready()."""
    register_fields("figures", figures_of)
    costs = [("missing", "Some cost is missing"), ("known", "All costs are known")]
    ratings = [("2", "Below 2"), ("3", "Below 3"), ("4", "Below 4"), ("none", "Without rating")]
    register_quick_filter(
        PRODUCT,
        ListFilter("cost", "Cost", _by_cost, lambda actor: costs, Perm.LEDGER_VIEW, order=10),
    )
    register_quick_filter(
        PRODUCT, ListFilter("rating", "Rating", _by_rating, lambda actor: ratings, order=11)
    )
