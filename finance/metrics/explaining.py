"""A figure explained: its formula in words and in numbers, its coverage, its parts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.templatetags.ui import percent
from finance.metrics.catalogue import MEASURES, MONEY, Metric
from finance.metrics.query import Figure, Query, Result
from finance.metrics.sources import DIMENSIONS, SOURCES, TIMES, source_of
from finance.metrics.words import change, group_label, shown, written

MOST_BARS = 12
_MEASURE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Split:
    """One line of a split, in words."""

    label: str
    value: str
    before: str
    delta: str
    tone: str
    coverage: str
    key: Any
    share: int


# Of how many units each cost is known.
_KNOWN = {"cogs": "units_costed", "fulfilment": "units_fulfilment", "payment": "units_payment"}


def formula_words(metric: Metric) -> str:
    """The formula with what each part is called."""
    return _MEASURE.sub(lambda found: MEASURES[found[1]][0], metric.formula)


def formula_numbers(metric: Metric, figure: Figure, currency: str) -> str:
    """The formula with the numbers of this answer; an unknown part is a question mark."""

    def filled(found: re.Match[str]) -> str:
        value = figure.measures.get(found[1])
        if not value and figure.measures.get(_KNOWN.get(found[1], "")) == 0:
            value = None  # of no unit is it known: a sum of nothing is not zero
        if not value and found[1] == "returned_units" and figure.value is None:
            value = None  # what came back names no order, or no number of units
        return "?" if value is None else written(MEASURES[found[1]][1], value, currency)

    return _MEASURE.sub(filled, metric.formula)


def coverage_words(metric: Metric, figure: Figure) -> str:
    """Of how much the figure speaks, as a sentence; nothing where that does not arise."""
    if figure.coverage is None or not metric.coverage_label:
        return ""
    share = "All" if figure.coverage == 1 else percent(figure.coverage)
    return f"{share} {metric.coverage_label}."


def splits_for(metric: Metric) -> dict[str, str]:
    """The dimensions by which every part of a metric is known."""
    sources = [SOURCES[source_of(measure).name] for measure in metric.reads]
    return {
        name: label
        for name, label in DIMENSIONS.items()
        if name in TIMES or all(name in source.dimensions for source in sources)
    }


def split_rows(metric: Metric, result: Result, by: str) -> list[Split]:
    """The rows of an answer in words; bars are relative to the largest."""
    values = [row.figures[metric.name].value for row in result.rows]
    most = max((abs(value) for value in values if value is not None), default=Decimal(0))
    found = []
    for row in result.rows:
        figure, before = row.figures[metric.name], row.previous.get(metric.name)
        delta, tone = change(metric, figure, before)
        found.append(
            Split(
                group_label(row, by),
                shown(metric, figure, result.currency),
                shown(metric, before, result.currency) if before else "",
                delta,
                tone,
                "" if figure.coverage is None else percent(figure.coverage, 0),
                row.keys[by],
                int(abs(figure.value) / most * 100) if figure.value and most else 0,
            )
        )
    return found


def axis_format(metric: Metric, currency: str) -> str:
    """The number format of a chart's axis."""
    if metric.unit == MONEY:
        return f"@moneyshort {currency}"
    return "@percent" if metric.unit == "rate" else "@short"


def chart(metric: Metric, result: Result, by: str) -> Mapping[str, Any]:
    """A line over time with the period before, or bars of the largest groups."""
    label = {"formatter": axis_format(metric, result.currency)}
    if by in TIMES:
        labels = [group_label(row, by) for row in result.rows]
        now = [_plain(row.figures[metric.name]) for row in result.rows]
        series: list[dict[str, Any]] = [
            {"name": "This period", "type": "line", "data": now, "showSymbol": len(now) < 16}
        ]
        if result.query.compare:
            before = [_plain(row.previous.get(metric.name)) for row in result.rows]
            line = {"type": "dashed", "color": "--pm-chart-6"}
            series.append(
                {
                    "name": "Before",
                    "type": "line",
                    "data": before,
                    "showSymbol": False,
                    "lineStyle": line,
                    "itemStyle": {"color": "--pm-chart-6"},
                }
            )
        return {
            "xAxis": {"type": "category", "data": labels},
            "yAxis": {"type": "value", "scale": metric.unit == "rating", "axisLabel": label},
            "series": series,
            "legend": {"top": 0, "right": 0},
            "tooltip": {"trigger": "axis", "valueFormatter": label["formatter"]},
        }
    top = [row for row in result.rows if row.figures[metric.name].value is not None][:MOST_BARS]
    top.reverse()
    bar = {"type": "bar", "barMaxWidth": 18, "itemStyle": {"borderRadius": 3}}
    bar |= {"name": metric.label, "data": [_plain(row.figures[metric.name]) for row in top]}
    return {
        "xAxis": {"type": "value", "axisLabel": label},
        "yAxis": {
            "type": "category",
            "data": [group_label(row, by) for row in top],
            "axisLabel": {"width": 150, "overflow": "truncate"},
        },
        "series": [bar],
        "tooltip": {"valueFormatter": label["formatter"]},
    }


def _plain(figure: Figure | None) -> float | None:
    return None if figure is None or figure.value is None else float(figure.value)


def asked_for(metric: Metric, query: Query) -> bool:
    """Whether every part of the metric can be cut by the query's filters."""
    possible = splits_for(metric)
    return all(name in possible for name in query.filters)
