"""The rows behind a figure: order lines, refunds, costs, ads; apps above add theirs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from finance.ledger.models import AdSpend, CostRecord, OrderLine, Refund
from finance.metrics.catalogue import Metric
from finance.metrics.models import DailySales
from finance.metrics.query import Query
from products.catalog.models import Category
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm

Paths = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowColumn:
    """A column of source rows. `shows` is text, day, count, money or rating."""

    label: str
    value: Callable[[Any], Any]
    shows: str = "text"
    currency: Callable[[Any], str] | None = None
    url: Callable[[str, Any], str] | None = None


@dataclass(frozen=True, slots=True)
class RowKind:
    """Rows of one table. `measures` are those summed from it; `day` the field pages go by."""

    name: str
    label: str
    measures: frozenset[str]
    perm: Perm
    rows: Callable[[Actor, Query], QuerySet[Any]]
    columns: Sequence[RowColumn]
    day: str = "day"


ROW_KINDS: dict[str, RowKind] = {}


def register_rows(kind: RowKind) -> None:
    """Called from an AppConfig's ready()."""
    ROW_KINDS[kind.name] = kind


def kinds_of(metric: Metric) -> list[RowKind]:
    """Where a metric's measures come from."""
    reads = set(metric.reads)
    return [kind for kind in ROW_KINDS.values() if reads & kind.measures]


def cut(actor: Actor, rows: QuerySet[Any], paths: Paths, query: Query) -> QuerySet[Any]:
    """The rows that the query's filters leave; none where one cannot be applied."""
    for name, ids in query.filters.items():
        if name not in paths:
            return rows.none()
        wanted = _below(actor, ids) if name == "category" else ids
        rows = rows.filter(**{f"{paths[name]}__in": wanted})
    return rows


def values_of(kind: RowKind, rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """The plain values of each row, for files; an amount stands beside its currency."""
    for row in rows.order_by(f"-{kind.day}", "-pk").iterator(chunk_size=2_000):
        cells: list[Any] = []
        for column in kind.columns:
            value = column.value(row)
            cells.append("" if value is None else value)
            if column.currency:
                cells.append(column.currency(row))
        yield cells


def headers_of(kind: RowKind) -> list[str]:
    """The headers that go with `values_of`."""
    found = []
    for column in kind.columns:
        found.append(column.label)
        if column.currency:
            found.append(f"{column.label} currency")
    return found


def _below(actor: Actor, ids: Sequence[int]) -> list[int]:
    """These categories and everything below them."""
    tops = Category.objects.with_trash(actor.workspace.pk).filter(pk__in=ids)
    below = Q(pk__in=ids)
    for path in tops.values_list("path", flat=True):
        below |= Q(path__startswith=f"{path}{Category.SEPARATOR}")
    everything = Category.objects.with_trash(actor.workspace.pk)
    return list(everything.filter(below).values_list("pk", flat=True))


VARIANT_PATHS = {
    "product": "variant__product_id",
    "variant": "variant_id",
    "category": "variant__product__category_id",
    "brand": "variant__product__brand_id",
}
SALE_PATHS = VARIANT_PATHS | {
    "account": "account_id",
    "channel": "channel_id",
    "market": "market_id",
}
LOADED = ("variant__product", "channel")


def _lines(actor: Actor, query: Query) -> QuerySet[Any]:
    rows = OrderLine.objects.visible_to(actor).filter(
        counts=True, day__range=(query.start, query.end)
    )
    return cut(actor, rows, SALE_PATHS, query).select_related("order", *LOADED)


def _refunds_by(field: str) -> Callable[[Actor, Query], QuerySet[Any]]:
    def rows(actor: Actor, query: Query) -> QuerySet[Any]:
        found = Refund.objects.visible_to(actor).exclude(order_line__counts=False)
        found = found.filter(**{f"{field}__range": (query.start, query.end)})
        return cut(actor, found, SALE_PATHS, query).select_related("order_line__order", *LOADED)

    return rows


def _costs(actor: Actor, query: Query) -> QuerySet[Any]:
    """The records that held on some day of the period, of what was sold in it."""
    every = CostRecord.objects.visible_to(actor)
    later = every.filter(
        variant=OuterRef("variant"),
        kind=OuterRef("kind"),
        valid_from__gt=OuterRef("valid_from"),
        valid_from__lte=query.start,
    )
    sold: QuerySet[Any] = DailySales.objects.visible_to(actor).filter(
        variant=OuterRef("variant"), day__range=(query.start, query.end)
    )
    sold = cut(
        actor,
        sold,
        {"channel": "channel_id", "account": "account_id", "market": "market_id"},
        _only(query, ("channel", "account", "market")),
    )
    rows = every.filter(valid_from__lte=query.end).filter(~Exists(later), Exists(sold))
    return cut(actor, rows, VARIANT_PATHS, _only(query, VARIANT_PATHS)).select_related(
        "variant__product"
    )


def _only(query: Query, names: Any) -> Query:
    filters = {name: ids for name, ids in query.filters.items() if name in names}
    return Query(query.metrics, query.start, query.end, filters=filters)


def _ads(actor: Actor, query: Query) -> QuerySet[Any]:
    rows = AdSpend.objects.visible_to(actor).filter(day__range=(query.start, query.end))
    paths = {
        "product": "product_id",
        "channel": "channel_id",
        "category": "product__category_id",
        "brand": "product__brand_id",
    }
    return cut(actor, rows, paths, query).select_related("product", "channel")


def _unlinked(actor: Actor, query: Query) -> QuerySet[Any]:
    return _refunds_by("day")(actor, query).filter(ordered_day=None)


def _match_url(slug: str, row: Any) -> str:
    return reverse("finance:refund_match", args=[slug, row.pk])


def _order_url(slug: str, row: Any) -> str:
    order = row.order if isinstance(row, OrderLine) else row.order_line and row.order_line.order
    return reverse("finance:order", args=[slug, order.pk]) if order else ""


def product_url(slug: str, row: Any) -> str:
    """The page of the product a row is about."""
    product = row.variant.product if hasattr(row, "variant") else row.product
    return reverse("products:product", args=[slug, product.pk]) if product else ""


def _currency(row: Any) -> str:
    return str(row.currency)


_PRODUCT = RowColumn("Product", lambda r: r.variant.product.name, url=product_url)
_SKU = RowColumn("SKU", lambda r: r.variant.sku)
_CHANNEL = RowColumn("Channel", lambda r: r.channel.name)
_REFUND_COLUMNS = (
    RowColumn("Refunded", lambda r: r.day, "day"),
    RowColumn("Ordered", lambda r: r.ordered_day, "day"),
    RowColumn("Order", lambda r: r.order_line and r.order_line.order.number, url=_order_url),
    _PRODUCT,
    _SKU,
    RowColumn("Units", lambda r: r.quantity, "count"),
    RowColumn("Amount", lambda r: r.amount, "money", _currency),
    RowColumn("Reason", lambda r: r.reason),
)
LINE_MEASURES = frozenset(
    [
        "units",
        "gross",
        "discounts",
        "tax",
        "net_costed",
        "units_costed",
        "units_rated",
        "orders",
        "valued_orders",
        "known_orders",
        "customers",
        "new_customers",
        "repeat_customers",
    ]
)


def register() -> None:
    """Called from the app's ready()."""
    register_rows(
        RowKind(
            "lines",
            "Order lines",
            LINE_MEASURES,
            Perm.LEDGER_VIEW,
            _lines,
            (
                RowColumn("Day", lambda r: r.day, "day"),
                RowColumn("Order", lambda r: r.order.number, url=_order_url),
                _PRODUCT,
                _SKU,
                _CHANNEL,
                RowColumn("Units", lambda r: r.quantity, "count"),
                RowColumn("Gross", lambda r: r.gross, "money", _currency),
                RowColumn("Discount", lambda r: r.discount, "money", _currency),
            ),
        )
    )
    _register_refunds()
    _register_unlinked()
    _register_spending()


def _register_refunds() -> None:
    for name, label, day, measures in (
        ("refunds", "Refunds of these days", "day", {"refunded", "refunded_units", "net_costed"}),
        ("returns", "Refunds of these orders", "ordered_day", {"returned", "returned_units"}),
    ):
        register_rows(
            RowKind(
                name,
                label,
                frozenset(measures),
                Perm.LEDGER_VIEW,
                _refunds_by(day),
                _REFUND_COLUMNS,
                day,
            )
        )


def _register_unlinked() -> None:
    """What the return rate leaves out, each with a way to match it."""
    match = RowColumn("Order", lambda r: "Match to an order", url=_match_url)
    columns = tuple(
        match if column.label == "Order" else column
        for column in _REFUND_COLUMNS
        if column.label != "Ordered"
    )
    register_rows(
        RowKind(
            "unlinked",
            "Refunds without an order",
            frozenset({"unlinked_units"}),
            Perm.LEDGER_VIEW,
            _unlinked,
            columns,
        )
    )


def _register_spending() -> None:
    register_rows(
        RowKind(
            "costs",
            "Costs",
            frozenset({"cogs", "fulfilment", "payment"}),
            Perm.LEDGER_VIEW,
            _costs,
            (
                RowColumn("From", lambda r: r.valid_from, "day"),
                RowColumn("Kind", lambda r: r.get_kind_display()),
                _PRODUCT,
                _SKU,
                RowColumn("Per unit", lambda r: r.amount, "money", _currency),
            ),
            "valid_from",
        )
    )
    register_rows(
        RowKind(
            "ads",
            "Ad spend",
            frozenset({"ads"}),
            Perm.LEDGER_VIEW,
            _ads,
            (
                RowColumn("Day", lambda r: r.day, "day"),
                _CHANNEL,
                RowColumn("Product", lambda r: r.product and r.product.name, url=product_url),
                RowColumn("Campaign", lambda r: r.campaign),
                RowColumn("Amount", lambda r: r.amount, "money", _currency),
            ),
        )
    )
