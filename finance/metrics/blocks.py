"""Figures inside documents: one figure, and a chart of one over its days or by a dimension."""

from collections.abc import Mapping

from core.errors import DomainError
from core.money import rounded
from finance.metrics.catalogue import METRICS, MONEY, RATE, Metric
from finance.metrics.explaining import chart
from finance.metrics.periods import Period, read_period
from finance.metrics.query import Figure, Query, Result, freshness, run
from finance.metrics.sources import DIMENSIONS
from finance.metrics.words import group_label
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.documents.blocks import Answer, BlockKind, register_block
from workspaces.records.refs import Ref

MOST_ROWS = 40


def figure(actor: Actor, params: Mapping[str, str], about: Ref | None = None) -> Answer:
    """A figure of the catalogue, with the period before it and how much of it is known."""
    metric, period = _asked(actor, params)
    result = run(actor, _query(metric, period, compare=True))
    now, before = result.total.figures[metric.name], result.total.previous[metric.name]
    headers, row = ["", period.label, "before"], [metric.label]
    row += [written_figure(metric, each, result.currency) for each in (now, before)]
    return _answer(actor, metric, params, headers, [row], result)


def chart_of(actor: Actor, params: Mapping[str, str], about: Ref | None = None) -> Answer:
    """A figure over the steps of its period, or by what `by` names."""
    metric, period = _asked(actor, params)
    by = params.get("by", "").lower() or period.step
    if by not in DIMENSIONS:
        raise DomainError(f"“{by[:40]}” is nothing to group by. Known: {', '.join(DIMENSIONS)}.")
    result = run(actor, _query(metric, period, by=(by,)))
    drawn = chart(metric, result, by)
    result.rows = result.rows[:MOST_ROWS]
    rows = [
        [group_label(row, by), written_figure(metric, row.figures[metric.name], result.currency)]
        for row in result.rows
    ]
    headers = [DIMENSIONS[by], metric.label]
    return _answer(actor, metric, params, headers, rows, result, drawn)


def _asked(actor: Actor, params: Mapping[str, str]) -> tuple[Metric, Period]:
    metric = METRICS.get(params.get("metric", ""))
    if metric is None or (metric.money and not actor.sees_money):
        raise DomainError("Say which metric, such as net_revenue. The Metrics page lists them.")
    period = read_period(params, actor.workspace.timezone)
    if period.error:
        raise DomainError(period.error)
    return metric, period


def _query(
    metric: Metric, period: Period, *, by: tuple[str, ...] = (), compare: bool = False
) -> Query:
    time = bool(by) and by[0] in ("day", "week", "month")
    order = "" if time or not by else f"-{metric.name}"
    return Query((metric.name,), period.start, period.end, by, compare=compare, order=order)


def written_figure(metric: Metric, found: Figure, currency: str) -> str:
    """A figure as a file can hold it; what is unknown is a dash, never zero."""
    if found.value is None:
        return "—"
    if metric.unit == MONEY:
        return f"{rounded(found.value, currency):,.2f} {currency}"
    if metric.unit == RATE:
        return f"{found.value * 100:,.1f} %"
    return f"{found.value.normalize():,f}"


def _answer(
    actor: Actor,
    metric: Metric,
    params: Mapping[str, str],
    headers: list[str],
    rows: list[list[str]],
    result: Result,
    drawn: Mapping[str, object] | None = None,
) -> Answer:
    coverage = result.total.figures[metric.name].coverage
    known = f" · known of {coverage * 100:.0f} %" if coverage is not None and coverage < 1 else ""
    return Answer(
        title=params.get("title") or metric.label,
        headers=headers,
        rows=rows,
        numeric=[False, *[True] * (len(headers) - 1)],
        note=answer_note(actor, result.query, known),
        chart=drawn,
        perms=[Perm.MONEY_VIEW.value] if metric.money else [],
    )


def answer_note(actor: Actor, query: Query, known: str = "") -> str:
    """Which days a block speaks of, and until when facts are in it."""
    moment, _ = freshness(actor)
    as_of = f" · facts until {moment:%Y-%m-%d %H:%M} UTC" if moment else ""
    return f"{query.start} to {query.end}{known}{as_of}"


def register() -> None:
    """Called from the app's ready()."""
    register_block(
        BlockKind(
            "figure",
            "Figure",
            Perm.METRICS_VIEW,
            "```figure\nmetric: net_revenue\nrange: 30d\n```\n",
            figure,
        )
    )
    register_block(
        BlockKind(
            "chart",
            "Chart",
            Perm.METRICS_VIEW,
            "```chart\nmetric: net_revenue\nrange: 90d\nby: week\n```\n",
            chart_of,
        )
    )
