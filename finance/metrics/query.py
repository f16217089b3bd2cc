"""Asking for figures: any metrics, by any dimensions, over any days, for one actor."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from core.errors import DomainError
from core.money import currency_codes, rounded
from finance.metrics import reports
from finance.metrics.catalogue import METRICS, MONEY, RATE, RATING, Metric
from finance.metrics.labels import label_rows
from finance.metrics.sources import DIMENSIONS, TIMES, source_of
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.staleness.models import Refresh, StaleMark
from workspaces.staleness.services import BULK

MOST_DAYS = 3_700
MOST_ROWS = 20_000
TOPICS = ("customers", "sales", "feedback")
RATE_UNIT, RATING_UNIT = Decimal("0.000001"), Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked. `end` is included. `filters` is {dimension: ids}.

    `order` names a metric, with a leading minus for the largest first; `limit` 0 is all rows.
    """

    metrics: tuple[str, ...]
    start: date
    end: date
    by: tuple[str, ...] = ()
    filters: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    compare: bool = False
    currency: str = ""
    order: str = ""
    limit: int = 0

    @property
    def days(self) -> int:
        """How many days are asked for."""
        return (self.end - self.start).days + 1

    @property
    def previous_start(self) -> date:
        """The first day of the period of the same length just before."""
        return self.start - timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, or None when it is unknown or masked. `coverage` is a share from 0 to 1."""

    value: Decimal | None
    coverage: Decimal | None = None
    masked: bool = False
    measures: Mapping[str, Decimal | None] = field(default_factory=dict)


@dataclass(slots=True)
class Row:
    """The figures of one group; `keys` are ids or days, `labels` their words."""

    keys: dict[str, Any]
    labels: dict[str, str]
    figures: dict[str, Figure]
    previous: dict[str, Figure] = field(default_factory=dict)


@dataclass
class Result:
    """Rows and their total. How fresh they are is looked up only where somebody says it."""

    rows: list[Row]
    total: Row
    query: Query
    currency: str
    actor: Actor

    @cached_property
    def _freshness(self) -> tuple[datetime | None, bool]:
        return freshness(self.actor)

    @property
    def as_of(self) -> datetime | None:
        """Facts committed before it are included; None is never."""
        return self._freshness[0]

    @property
    def stale(self) -> bool:
        """Something is being worked out."""
        return self._freshness[1]


def run(actor: Actor, query: Query) -> Result:
    """Answer `query`. Raises DomainError, in words, for what there is not; Denied for a role."""
    actor.require(Perm.METRICS_VIEW)
    _validate(query)
    currency = query.currency or actor.workspace.currency
    metrics = [METRICS[name] for name in query.metrics]
    open_to = [metric for metric in metrics if actor.sees_money or not metric.money]
    measures = {name for metric in open_to for name in (*metric.reads, *metric.coverage_reads)}
    grouped = reports.measures_by(
        actor.workspace.pk, measures, query, currency, {source_of(name).name for name in measures}
    )
    rows = [
        Row(
            dict(zip(query.by, key, strict=True)),
            {},
            _figures(metrics, open_to, now, currency),
            _figures(metrics, open_to, before, currency) if query.compare else {},
        )
        for key, (now, before) in grouped.items()
        if key is not None
    ]
    now, before = grouped.get(None, ({}, {}))
    total = Row({}, {}, _figures(metrics, open_to, now, currency))
    total.previous = _figures(metrics, open_to, before, currency) if query.compare else {}
    rows = _ordered(rows, query)
    label_rows(actor, query.by, rows)
    return Result(rows, total, query, currency, actor)


def freshness(actor: Actor) -> tuple[datetime | None, bool]:
    """(moment, whether something is being worked out): facts committed before it are included.

    No moment means never.
    """
    ages = Refresh.objects.visible_to(actor).filter(topic__in=TOPICS)
    moments = list(ages.values_list("as_of", flat=True))
    return (
        max(moments, default=None),
        StaleMark.objects.visible_to(actor).filter(topic__in=TOPICS).exists(),
    )


def many_stale(actor: Actor) -> bool:
    """Whether an import or the like is still being worked in, so that figures are parts of them."""
    marks = StaleMark.objects.visible_to(actor).filter(topic__in=TOPICS, urgency__gte=BULK)
    return marks.exists()


def _figures(
    metrics: Iterable[Metric],
    open_to: list[Metric],
    measures: Mapping[str, Decimal | None],
    currency: str,
) -> dict[str, Figure]:
    return {
        metric.name: figure_of(metric, measures, currency)
        if metric in open_to
        else Figure(None, masked=True)
        for metric in metrics
    }


def figure_of(metric: Metric, measures: Mapping[str, Decimal | None], currency: str) -> Figure:
    """The metric's value from measures, rounded once, at the end."""
    value = metric.compute(measures)
    if value is not None:
        value = _rounded(metric.unit, Decimal(value), currency)
    share = metric.coverage(measures) if metric.coverage else None
    coverage = None if share is None else Decimal(share).quantize(RATE_UNIT)
    return Figure(value, coverage, measures=measures)


def _rounded(unit: str, value: Decimal, currency: str) -> Decimal:
    if unit == MONEY:
        return rounded(value, currency)
    if unit == RATE:
        return value.quantize(RATE_UNIT)
    return value.quantize(RATING_UNIT) if unit == RATING else value


def _ordered(rows: list[Row], query: Query) -> list[Row]:
    """By the metric asked for, unknown last; else by key."""
    if query.order:
        name, falling = query.order.lstrip("-"), query.order.startswith("-")
        known = [row for row in rows if row.figures[name].value is not None]
        known.sort(key=lambda row: row.figures[name].value or 0, reverse=falling)
        rows = known + [row for row in rows if row.figures[name].value is None]
    else:
        rows.sort(key=lambda row: [(key is None, key or 0) for key in row.keys.values()])
    return rows[: query.limit or MOST_ROWS]


def _validate(query: Query) -> None:
    """Raise DomainError naming what is wrong and what there is instead."""
    unknown = [name for name in query.metrics if name not in METRICS]
    if unknown or not query.metrics:
        raise DomainError(
            f"There is no metric “{', '.join(unknown)}”. Choose from: {', '.join(sorted(METRICS))}."
        )
    strange = [name for name in (*query.by, *query.filters) if name not in DIMENSIONS]
    if strange:
        raise DomainError(
            f"There is no dimension “{', '.join(strange)}”. Choose from: {', '.join(DIMENSIONS)}."
        )
    if len(set(query.by)) != len(query.by) or sum(name in TIMES for name in query.by) > 1:
        raise DomainError("Group by each dimension once, and by only one of day, week and month.")
    if query.end < query.start:
        raise DomainError("The period ends before it starts.")
    if query.days > MOST_DAYS:
        raise DomainError(f"The period is {query.days} days long; {MOST_DAYS} is the most.")
    if query.order and query.order.lstrip("-") not in query.metrics:
        raise DomainError("Order by one of the metrics asked for.")
    if query.currency and query.currency not in currency_codes():
        raise DomainError(f"“{query.currency}” is not a currency code. Use three letters: EUR.")
