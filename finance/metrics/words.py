"""Figures as people read them: formatted values, changes with their meaning, cards."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from core.templatetags.ui import (
    MASKED,
    UNKNOWN,
    day,
    money,
    money_short,
    month,
    number,
    percent,
    points,
)
from finance.metrics.catalogue import COUNT, DOWN, METRICS, MONEY, NONE, RATE, RATING, Metric
from finance.metrics.periods import Period
from finance.metrics.query import Figure, Result, Row
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm

GOOD, BAD, FLAT = "good", "bad", "flat"
FULL = Decimal("0.9995")
AS_TIMES_FROM = Decimal(2)
UNLINKED = "unlinked_units"


@dataclass(frozen=True, slots=True)
class Card:
    """A figure for a tile."""

    name: str
    label: str
    value: str
    delta: str = ""
    tone: str = FLAT
    note: str = ""
    url: str = ""
    note_url: str = ""
    spark: list[Decimal | None] = field(default_factory=list)


def written(unit: str, value: Decimal | None, currency: str, *, short: bool = False) -> str:
    """A value in its unit; None is the mark for unknown."""
    if value is None:
        return UNKNOWN
    if unit == MONEY:
        return money_short(value, currency) if short else money(value, currency)
    if unit == RATE:
        return percent(value)
    return f"{number(value, 1)} ★" if unit == RATING else number(value)


def group_label(row: Row, by: str) -> str:
    """What a group is called on a page: names as they are, days in short."""
    key = row.keys[by]
    if not isinstance(key, date):
        return row.labels[by]
    return month(key) if by == "month" else day(key)


def shown(metric: Metric, figure: Figure, currency: str, *, short: bool = False) -> str:
    """A figure in words: the value, unknown, or hidden for this role."""
    return MASKED if figure.masked else written(metric.unit, figure.value, currency, short=short)


def change(metric: Metric, now: Figure | None, before: Figure | None) -> tuple[str, str]:
    """(signed words, tone) of a change; nothing where one side is unknown or was zero."""
    if now is None or before is None or now.value is None or before.value is None:
        return "", FLAT
    moved = now.value - before.value
    if metric.unit == RATE:
        words = points(moved)
    elif metric.unit == RATING:
        words = f"{'+' if moved >= 0 else '−'}{number(abs(moved), 1)}"
    elif before.value <= 0:
        return "", FLAT
    else:
        words = relative(moved / before.value)
    return words, tone_of(metric, moved if any(sign in words for sign in "123456789") else 0)


def relative(share: Decimal) -> str:
    """A relative change, signed: +8.2 %; from threefold on as times: +4.1×."""
    sign = "+" if share >= 0 else "−"
    if share >= AS_TIMES_FROM:
        return f"+{number(share + 1, 1)}×"
    return f"{sign}{percent(abs(share))}"


def tone_of(metric: Metric, moved: Decimal | int) -> str:
    """Whether a change is good news."""
    if not moved or metric.better == NONE:
        return FLAT
    return GOOD if (moved > 0) != (metric.better == DOWN) else BAD


def metric_url(
    slug: str, name: str, period: Period, filters: Mapping[str, Any] | None = None
) -> str:
    """A figure's definition, with the same days and filters."""
    asked = {**period.params(), **(filters or {})}
    return f"{reverse('finance:metric', args=[slug, name])}?{urlencode(asked)}"


def cards(
    actor: Actor,
    names: Iterable[str],
    total: Result,
    period: Period,
    *,
    steps: Result | None = None,
    filters: Mapping[str, Any] | None = None,
) -> list[Card]:
    """A tile for each figure that is there; those hidden from the role are left out."""
    found = []
    for name in names:
        metric, figure = METRICS.get(name), total.total.figures.get(name)
        if metric is None or figure is None or figure.masked:
            continue
        delta, tone = change(metric, figure, total.total.previous.get(name))
        found.append(
            Card(
                name,
                metric.label,
                written(metric.unit, figure.value, total.currency, short=True),
                delta,
                tone,
                partly(metric, figure),
                metric_url(actor.workspace.slug, name, period, filters),
                _match_url(actor, metric, figure, period, filters),
                spark(metric, steps, period) if steps else [],
            )
        )
    return found


def _match_url(
    actor: Actor, metric: Metric, figure: Figure, period: Period, filters: Mapping[str, Any] | None
) -> str:
    """Where refunds that name no order, or no units, are listed; the former can be matched."""
    rows = "unlinked" if unlinked_in(metric, figure) else ""
    rows = rows or ("returns" if lacks_units(metric, figure) else "")
    if not rows or not actor.can(Perm.LEDGER_VIEW):
        return ""
    asked = {**(filters or {}), "rows": rows}
    return f"{metric_url(actor.workspace.slug, metric.name, period, asked)}#rows"


def partly(metric: Metric, figure: Figure) -> str:
    """Says of how much a figure speaks, when that is not everything."""
    if unlinked := unlinked_in(metric, figure):
        return f"{number(unlinked)} returned unit{'' if unlinked == 1 else 's'} not linked"
    if lacks_units(metric, figure):
        return "refunds name no units"
    if figure.coverage is None or figure.coverage >= FULL or not metric.money:
        return ""
    return (
        f"cost known of {percent(figure.coverage, 0)}"
        if "cost" in metric.coverage_label
        else (f"{percent(figure.coverage, 0)} converted")
    )


def unlinked_in(metric: Metric, figure: Figure) -> Decimal:
    """Units that came back of orders nobody knows, where the metric leaves them out."""
    return (UNLINKED in metric.reads and figure.measures.get(UNLINKED)) or Decimal(0)


def lacks_units(metric: Metric, figure: Figure) -> bool:
    """Money went back of these orders, and nothing says how many units did."""
    return (
        figure.value is None and UNLINKED in metric.reads and bool(figure.measures.get("returned"))
    )


def spark(metric: Metric, steps: Result, period: Period) -> list[Decimal | None]:
    """The figure step by step; a step without sales is zero for sums, unknown for ratios."""
    by = period.step
    values = {row.keys[by]: row.figures[metric.name].value for row in steps.rows}
    empty = Decimal(0) if metric.unit in (MONEY, COUNT) else None
    return [values.get(day, empty) for day in period.steps()]
