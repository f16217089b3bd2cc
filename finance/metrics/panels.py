"""What a product's page says of its money: figures, where the money goes, its Finance tab."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.urls import reverse

from finance.metrics.catalogue import METRICS
from finance.metrics.periods import Period, read_period
from finance.metrics.query import Figure, Query, Result, run
from finance.metrics.words import cards, metric_url, shown
from products.catalog.models import Product
from products.catalog.tabs import Context, Panel, Tab, register_panel, register_tab
from workspaces.access.actor import Actor
from workspaces.access.doors import WorkspaceRequest
from workspaces.access.roles import Perm

USUAL = "90d"
WITH_MONEY = (
    "net_revenue",
    "contribution_rate",
    "gross_margin_rate",
    "return_rate",
    "rating",
    "units",
)
WITHOUT_MONEY = ("units", "orders", "returned_units", "return_rate", "rating", "feedback_count")
BY_GROUP_MONEY = ("units", "net_revenue", "gross_margin_rate", "contribution_2", "return_rate")
BY_GROUP = ("units", "orders", "return_rate")
MOST_VARIANTS = 100

# From gross revenue to contribution: each step of the waterfall, its sign and the measure it shows.
STEPS = (
    ("Gross", "gross", 0),
    ("Discounts", "discounts", -1),
    ("Returns", "refunded", -1),
    ("Net", "net_revenue", 0),
    ("Cost of goods", "cogs", -1),
    ("Fulfilment", "fulfilment", -1),
    ("Payment", "payment", -1),
    ("Marketing", "ads", -1),
    ("Contribution", "contribution_3", 0),
)


def overview_figures(request: WorkspaceRequest, product: Product) -> Context | None:
    """The product's figures of 90 days, or of the days in the address, beside those before."""
    actor = request.actor
    period = read_period(request.GET, actor.workspace.timezone, USUAL)
    names = WITH_MONEY if actor.sees_money else WITHOUT_MONEY
    result = run(actor, _asked(product, period, names, by=(period.step,), compare=True))
    if not result.rows:
        return None
    filters = {"product": product.pk}
    found = cards(actor, names, result, period, filters=filters)
    return {"cards": [replace(card, spark=[]) for card in found], "period": period}


def money_flow(request: WorkspaceRequest, product: Product) -> Context | None:
    """Where the money of the product goes: gross to contribution, over the same days."""
    actor = request.actor
    period = read_period(request.GET, actor.workspace.timezone, USUAL)
    names = ("gross_revenue", "net_revenue", "contribution_3", "contribution_2", "cogs")
    result = run(actor, _asked(product, period, names))
    figures = result.total.figures
    gross = figures["gross_revenue"].value
    if not gross:
        return None
    steps = flow(figures)
    return {
        "steps": steps,
        "option": waterfall(steps, result.currency),
        "period": period,
        "currency": result.currency,
        "coverage": figures["contribution_2"].coverage,
        "url": _explorer(actor, product, period),
    }


def flow(figures: Mapping[str, Figure]) -> list[dict[str, Any]]:
    """The steps with amounts; unknown ones are None and end the chain in words, not in zero."""
    measures = figures["contribution_3"].measures
    found = []
    for label, name, sign in STEPS:
        known = figures[name].value if name in figures else measures.get(name)
        if name in ("fulfilment", "payment", "cogs") and not measures.get("units_costed"):
            known = None
        found.append({"label": label, "amount": known, "sign": sign, "name": name})
    return found


def waterfall(steps: list[dict[str, Any]], currency: str) -> dict[str, Any]:
    """An ECharts option: totals stand on the ground, what is taken away hangs from them."""
    ground, bars, level = [], [], Decimal(0)
    for step in steps:
        amount = step["amount"] or Decimal(0)
        if step["sign"]:
            level -= amount
            ground.append(float(max(level, Decimal(0))))
        else:
            level = amount
            ground.append(0.0)
        bars.append({"value": float(amount), "itemStyle": {"color": _colour(step)}})
    quiet = {"color": "transparent"}
    return {
        "grid": {"left": 8, "right": 8, "top": 24, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "category", "data": [step["label"] for step in steps]},
        "yAxis": {"type": "value", "axisLabel": {"formatter": "@short"}},
        "series": [
            {"type": "bar", "stack": "flow", "silent": True, "data": ground, "itemStyle": quiet},
            {
                "type": "bar",
                "stack": "flow",
                "data": bars,
                "barWidth": "62%",
                "label": {"show": True, "position": "top", "formatter": "@short"},
                "tooltip": {"valueFormatter": f"@money {currency}"},
            },
        ],
    }


def _colour(step: Mapping[str, Any]) -> str:
    if step["name"] == "contribution_3":
        return "--pm-green"
    if not step["sign"]:
        return "--pm-accent"
    return "--pm-chart-red" if step["name"] in ("discounts", "refunded") else "--pm-chart-grey"


def finance_tab(request: WorkspaceRequest, product: Product) -> tuple[str, Context]:
    """The product's figures by month, channel and variant, over days that the address names."""
    actor = request.actor
    period = read_period(request.GET, actor.workspace.timezone, USUAL)
    names = BY_GROUP_MONEY if actor.sees_money else BY_GROUP
    time = run(actor, _asked(product, period, names, by=(period.step,), compare=True))
    tables = [
        _table(f"By {period.step}", period.step, time),
        _table("By channel", "channel", run(actor, _asked(product, period, names, ("channel",)))),
        _table("By variant", "variant", run(actor, _asked(product, period, names, ("variant",)))),
    ]
    return "finance/product_tab.html", {
        "cards": cards(actor, names, time, period, filters={"product": product.pk}),
        "tables": tables,
        "period": period,
        "url": _explorer(actor, product, period),
        "orders": _orders(actor, product),
    }


def _table(title: str, by: str, result: Result) -> dict[str, Any]:
    metrics = [METRICS[name] for name in result.query.metrics]
    rows = [
        {
            "label": row.labels[by],
            "cells": [shown(m, row.figures[m.name], result.currency) for m in metrics],
        }
        for row in result.rows[:MOST_VARIANTS]
    ]
    total = [shown(m, result.total.figures[m.name], result.currency) for m in metrics]
    return {
        "title": title,
        "by": by.capitalize(),
        "heads": [metric.label for metric in metrics],
        "rows": rows,
        "total": total,
    }


def _asked(
    product: Product,
    period: Period,
    names: tuple[str, ...],
    by: tuple[str, ...] = (),
    *,
    compare: bool = False,
) -> Query:
    return Query(
        metrics=names,
        start=period.start,
        end=period.end,
        by=by,
        filters={"product": (product.pk,)},
        compare=compare,
    )


def _explorer(actor: Actor, product: Product, period: Period) -> str:
    return metric_url(
        actor.workspace.slug,
        "net_revenue" if actor.sees_money else "units",
        period,
        {"product": product.pk},
    )


def _orders(actor: Actor, product: Product) -> str:
    if not actor.can(Perm.LEDGER_VIEW):
        return ""
    return f"{reverse('finance:orders', args=[actor.workspace.slug])}?product={product.pk}"


def register() -> None:
    """Called from the app's ready()."""
    register_panel(Panel(10, Perm.METRICS_VIEW, "finance/product_figures.html", overview_figures))
    register_panel(Panel(20, Perm.MONEY_VIEW, "finance/product_money.html", money_flow))
    register_tab(
        Tab("finance", "Finance", 60, Perm.METRICS_VIEW, finance_tab, _sold, shows_count=False)
    )


def _sold(product: Product) -> int:
    """Whether anything was ever sold of it, so that the tab has something to say."""
    from finance.metrics.models import DailySales

    rows = DailySales.objects.in_workspace(product.workspace_id).filter(product=product)
    return int(rows.exists())
