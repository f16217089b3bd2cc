"""The block that shows figures of the products a document is about."""

from collections.abc import Mapping

from core.errors import DomainError
from finance.metrics.blocks import answer_note, written_figure
from finance.metrics.catalogue import METRICS, Metric
from finance.metrics.periods import read_period
from finance.metrics.query import Query, Row, run
from products.catalog.scopes import scope_of
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.documents.blocks import Answer, BlockKind, register_block
from workspaces.records.refs import Ref

MOST_METRICS, MOST_PRODUCTS = 8, 40
USUAL = ("units", "net_revenue", "return_rate")


def metrics(actor: Actor, params: Mapping[str, str], about: Ref | None) -> Answer:
    """A line for each product and one for all, a column for each figure, with those before it."""
    scope = scope_of(actor, about)
    asked = _metrics(params)
    period = read_period(params, actor.workspace.timezone)
    if period.error:
        raise DomainError(period.error)
    heads = ["Product", *(one.label for one in asked)]
    title = params.get("title") or "Figures of its products"
    guards = ["", *(Perm.MONEY_VIEW.value if one.money else "" for one in asked)]
    numeric = [False, *[True] * len(asked)]
    if not scope.products:
        return Answer(title, heads, numeric=numeric, note="No product yet.", guards=guards)
    query = Query(
        tuple(one.name for one in asked),
        period.start,
        period.end,
        ("product",),
        {"product": tuple(scope.products)},
        compare=True,
    )
    result = run(actor, query)
    found = {row.keys["product"]: row for row in result.rows}
    names = list(scope.products.items())[:MOST_PRODUCTS]
    rows = [_line(name, found.get(pk), asked, result.currency) for pk, name in names]
    rows.append(_line("Together", result.total, asked, result.currency))
    note = f"{answer_note(actor, query)} · in brackets the {query.days} days before"
    return Answer(title, heads, rows, numeric, note, guards=guards)


def _metrics(params: Mapping[str, str]) -> list[Metric]:
    names = [one for text in params.get("metrics", "").split(",") if (one := text.strip())]
    unknown = [one for one in names if one not in METRICS]
    if unknown:
        raise DomainError(f"“{unknown[0][:40]}” is no metric. The Metrics page lists them.")
    if len(names) > MOST_METRICS:
        raise DomainError(f"A block shows up to {MOST_METRICS} metrics.")
    return [METRICS[one] for one in dict.fromkeys(names or USUAL)]


def _line(name: str, row: Row | None, asked: list[Metric], currency: str) -> list[str]:
    cells = [name]
    for one in asked:
        if row is None:
            cells.append("—")
            continue
        now = written_figure(one, row.figures[one.name], currency)
        before = written_figure(one, row.previous[one.name], currency) if row.previous else "—"
        cells.append(f"{now} ({before})")
    return cells


def register() -> None:
    """Called from the app's ready()."""
    sample = f"```metrics\nmetrics: {', '.join(USUAL)}\nrange: 90d\n```\n"
    register_block(
        BlockKind("metrics", "Figures of its products", Perm.METRICS_VIEW, sample, metrics)
    )
