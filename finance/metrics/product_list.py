"""What a product earned, as columns and filters of the product list."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Exists, OuterRef, QuerySet

from finance.ledger.models import CostRecord
from products.catalog.columns import (
    ListColumn,
    ListFilter,
    Shows,
    register_column,
    register_filter,
)
from products.catalog.models import Product, Variant
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records.lists import whole_number

SUMMARY = ("summary",)


def _figure(name: str) -> Callable[[Product], Any]:
    """That figure of a product's last 90 days; None where nothing was worked out."""

    def value(product: Product) -> Any:
        try:
            return getattr(product.summary, name)
        except ObjectDoesNotExist:
            return None

    return value


def _column(name: str, label: str, shows: Shows, order: int, **more: Any) -> ListColumn:
    return ListColumn(
        name,
        label,
        _figure(name),
        f"summary__{name}",
        shows=shows,
        nullable=True,
        related=SUMMARY,
        reads=(f"summary__{name}", "summary__currency"),
        order=order,
        **more,
    )


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
    money = {"perm": Perm.MONEY_VIEW, "currency": _figure("currency")}
    rate = {"perm": Perm.MONEY_VIEW}
    for column in (
        _column("units", "Units, 90 d", Shows.COUNT, 20),
        _column("net_revenue", "Net revenue, 90 d", Shows.MONEY, 21, **money),
        _column("gross_margin_rate", "Gross margin", Shows.PERCENT, 22, **rate),
        _column("contribution", "Contribution, 90 d", Shows.MONEY, 23, chosen=False, **money),
        _column("return_rate", "Return rate", Shows.PERCENT, 24),
        _column("rating", "Rating", Shows.RATING, 25),
        _column("notes", "Notes", Shows.COUNT, 26, chosen=False),
    ):
        register_column(column)
    costs = [("missing", "Some cost is missing"), ("known", "All costs are known")]
    ratings = [("2", "Below 2"), ("3", "Below 3"), ("4", "Below 4"), ("none", "Without rating")]
    register_filter(
        ListFilter("cost", "Cost", _by_cost, lambda actor: costs, Perm.LEDGER_VIEW, order=10)
    )
    register_filter(ListFilter("rating", "Rating", _by_rating, lambda actor: ratings, order=11))
