"""What the figures add to a product's page: tiles, where the money goes, and the Finance tab."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.urls import reverse

from core.clock import today
from finance.metrics.catalogue import METRICS
from finance.metrics.models import DailySales, ProductSummary
from finance.metrics.periods import RANGES, Period, period_of
from finance.metrics.query import Query, Result, run
from finance.metrics.words import cards, group_label, metric_url, shown, written
from products.catalog.models import Product
from products.catalog.tabs import Context, Panel, Tab, register_panel, register_tab
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest
from workspaces.access.roles import Perm

TILES = (
    "net_revenue",
    "contribution_rate",
    "gross_margin_rate",
    "return_rate",
    "rating",
    "units",
    "orders",
    "feedback_count",
)
MOST_TILES = 6
STEPS = ("net_revenue", "contribution_3")
PARTS = (
    ("gross", "Gross"),
    ("discounts", "Discounts"),
    ("refunded", "Returns"),
    ("net", "Net"),
    ("unknown", "Cost unknown"),
    ("cogs", "Cost of goods"),
    ("handling", "Fulfilment, fees"),
    ("ads", "Marketing"),
    ("contribution", "Contribution"),
)
LOSSES, STOPS = ("discounts", "refunded"), ("gross", "net", "contribution")
TABLES = {
    "month": ("By month", "month"),
    "channel": ("By channel", "channel"),
    "variant": ("By variant", "variant"),
}
WITH_MONEY = (
    "units",
    "gross_revenue",
    "net_revenue",
    "gross_margin_rate",
    "contribution_2",
    "return_rate",
)
WITHOUT_MONEY = ("units", "orders", "returned_units", "return_rate")
YEAR = 365


def _window(request: WorkspaceRequest, days: int = ProductSummary.WINDOW_DAYS) -> Period:
    """The days that were chosen; else the last so many."""
    return period_of(request, request.actor.workspace.timezone, days)


def overview(request: WorkspaceRequest, product: Product) -> Context | None:
    """The product's figures of the last 90 days, or of those chosen, against those before."""
    actor, period = request.actor, _window(request)
    names = [name for name in TILES if name in METRICS]
    names = [name for name in names if actor.sees_money or not METRICS[name].money][:MOST_TILES]
    steps = STEPS if actor.sees_money else ()
    asked = tuple(dict.fromkeys((*names, *steps)))
    result = run(actor, _query(product, period, asked, compare=True))
    if _nothing(result) and period.days == ProductSummary.WINDOW_DAYS:
        listed = _listed_window(actor, product)
        if listed is None:
            return None  # other days may be chosen where there is nothing in these
        period = listed
        result = run(actor, _query(product, period, asked, compare=True))
    found = cards(actor, names, result, period, filters={"product": product.pk})
    return {
        "cards": found,
        "period": period,
        "ranges": RANGES,
        "money": _money(actor, product, period, result) if steps else None,
    }


def _nothing(result: Result) -> bool:
    return not any(figure.value for figure in result.total.figures.values())


def _listed_window(actor: Actor, product: Product) -> Period | None:
    """The days that the product list speaks of, where they do not end today."""
    rows = ProductSummary.objects.visible_to(actor).filter(product=product, units__gt=0)
    end = rows.values_list("window_end", flat=True).first()
    if end is None or end == today(actor.workspace.timezone):
        return None
    return Period("custom", end - timedelta(days=ProductSummary.WINDOW_DAYS - 1), end)


def _money(actor: Actor, product: Product, period: Period, result: Result) -> Context | None:
    """From gross revenue to contribution, step by step."""
    steps = waterfall(result)
    if not steps:
        return None
    figure = result.total.figures["contribution_3"]
    currency = result.currency
    return {
        "chart": _bars(steps, currency),
        "steps": [
            (label, written("money", abs(value), currency), name in STOPS)
            for name, label, value in steps
        ],
        "coverage": figure.coverage,
        "unknown": figure.value is None,
        "currency": currency,
        "days": period.phrase,
        "url": metric_url(actor.workspace.slug, "contribution_3", period, {"product": product.pk}),
    }


def waterfall(result: Result) -> list[tuple[str, str, Decimal]]:
    """(name, label, amount) of each step, losses negative; ends at net where costs are unknown."""
    net, contribution = result.total.figures["net_revenue"], result.total.figures["contribution_3"]
    parts = {**net.measures, **contribution.measures}
    if net.value is None or not parts.get("gross"):
        return []
    zero = Decimal(0)
    known = {name: parts.get(name) or zero for name in parts}
    amounts = {
        "gross": known["gross"],
        "discounts": -known["discounts"],
        "refunded": -known["refunded"],
        "net": net.value,
    }
    if contribution.value is not None:
        amounts |= {
            "unknown": known["net_costed"] - net.value,
            "cogs": -known["cogs"],
            "handling": -(known["fulfilment"] + known["payment"]),
            "ads": -known["ads"],
            "contribution": contribution.value,
        }
    tiny = Decimal("0.5")
    return [
        (name, label, amounts[name])
        for name, label in PARTS
        if name in amounts and (name != "unknown" or abs(amounts[name]) >= tiny)
    ]


def _bars(steps: list[tuple[str, str, Decimal]], currency: str) -> Mapping[str, Any]:
    """Floating bars: an invisible one below each, the amount on top of it."""
    below, shown_bars, level = [], [], Decimal(0)
    for name, label, value in steps:
        bottom, top = (Decimal(0), value) if name in STOPS else sorted((level, level + value))
        level = value if name in STOPS else level + value
        colour = "--pm-chart-red" if name in LOSSES else "--pm-chart-grey"
        colour = "--pm-accent" if name in ("gross", "net") else colour
        if name == "contribution":
            colour = "--pm-green" if value >= 0 else "--pm-red"
        below.append(float(bottom))
        style = {"color": colour, "borderRadius": 3}
        shown_bars.append({"name": label, "value": float(top - bottom), "itemStyle": style})
    clear = {"type": "bar", "stack": "all", "silent": True, "itemStyle": {"color": "transparent"}}
    bar = {"type": "bar", "stack": "all", "barMaxWidth": 48, "data": shown_bars}
    return {
        "xAxis": {
            "type": "category",
            "data": [label for _, label, _ in steps],
            "axisLabel": {"interval": 0, "width": 84, "overflow": "break"},
        },
        "yAxis": {"type": "value", "axisLabel": {"formatter": "@short"}},
        "series": [
            {**clear, "data": below, "tooltip": {"show": False}},
            {
                **bar,
                "label": {"show": True, "position": "top", "formatter": f"@moneyshort {currency}"},
            },
        ],
        "tooltip": {"trigger": "item", "valueFormatter": f"@money {currency}"},
    }


def finance_tab(request: WorkspaceRequest, product: Product) -> tuple[str, Context]:
    """The last year, or other days, by month, channel and variant."""
    actor = request.actor
    period = _window(request, YEAR)
    names = WITH_MONEY if actor.sees_money else WITHOUT_MONEY
    slug = actor.workspace.slug
    tables = []
    for by, (title, dimension) in TABLES.items():
        order = "" if by == "month" else f"-{names[0]}"
        result = run(actor, _query(product, period, names, by=(dimension,), order=order))
        rows = [
            (
                group_label(row, dimension),
                [shown(METRICS[name], row.figures[name], result.currency) for name in names],
            )
            for row in result.rows
        ]
        if by == "month":
            rows.reverse()
        total = [shown(METRICS[n], result.total.figures[n], result.currency) for n in names]
        asked = {**period.params(), "metrics": names, "by": by, "product": product.pk}
        files = reverse("finance:metrics_export", args=[slug, "csv"])
        tables.append(
            {
                "title": title,
                "by": title.removeprefix("By ").capitalize(),
                "rows": rows,
                "total": total,
                "csv_url": f"{files}?{urlencode(asked, doseq=True)}",
            }
        )
    filters = {"product": product.pk}
    heads = [(METRICS[name].label, metric_url(slug, name, period, filters)) for name in names]
    return "finance/product_tab.html", {
        "tables": tables,
        "figures": heads,
        "period": period,
        "ranges": RANGES,
        "may_export": actor.can(Perm.DATA_EXPORT),
    }


def _query(product: Product, period: Period, names: tuple[str, ...], **more: Any) -> Query:
    return Query(names, period.start, period.end, filters={"product": (product.pk,)}, **more)


def has_sales(actor: Actor) -> Exists:
    """Whether something of a product was ever sold or came back: the tab shows then."""
    return Exists(DailySales.objects.visible_to(actor).filter(product=OuterRef("pk")))


def register() -> None:
    """Called from the app's ready()."""
    register_panel(Panel(10, Perm.METRICS_VIEW, "finance/product_figures.html", overview))
    register_tab(
        Tab(
            "finance",
            "Finance",
            40,
            Perm.METRICS_VIEW,
            finance_tab,
            shows_count=False,
            counted=has_sales,
        )
    )
