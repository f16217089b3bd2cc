"""What the key results' figures are now, asked of the metrics; nothing of it is stored."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.clock import today
from core.templatetags.ui import percent
from finance.metrics.catalogue import METRICS
from finance.metrics.query import Query, freshness, run
from finance.metrics.words import partly, written
from roadmaps.strategy.models import KeyResult
from roadmaps.strategy.progress import drawn, share_of_way
from workspaces.access.actor import Actor
from workspaces.access.roles import Perm
from workspaces.records import refs
from workspaces.records.kinds import KINDS


@dataclass(frozen=True, slots=True)
class Measured:
    """A key result with its figure as it is now, in words and as a share of its way.

    `share` is None while the figure is unknown. `known` says of how much it speaks, where that is
    not everything.
    """

    row: KeyResult
    label: str
    now: str
    baseline: str
    target: str
    share: Decimal | None
    known: str
    url: str

    @property
    def done(self) -> int:
        """The share as a bar shows it."""
        return 0 if self.share is None else drawn(self.share)

    @property
    def words(self) -> str:
        """The share in whole percents, below zero and above a hundred as well."""
        return "" if self.share is None else percent(self.share, 0)

    @property
    def tone(self) -> str:
        return "green" if self.share is not None and self.share >= 1 else "indigo"


def measured(actor: Actor, rows: Iterable[KeyResult]) -> list[Measured]:
    """The figures of these key results: one question for all of one period and filter."""
    wanted = [row for row in rows if row.metric in METRICS]
    if not actor.can(Perm.METRICS_VIEW):
        return []
    asked: dict[tuple[int, tuple[tuple[str, tuple[int, ...]], ...]], set[str]] = defaultdict(set)
    for row in wanted:
        asked[(row.days, tuple(row.filters.items()))].add(row.metric)
    until = today(actor.workspace.timezone)
    answers = {
        (days, filters): run(
            actor, Query(tuple(sorted(names)), _since(until, days), until, filters=dict(filters))
        )
        for (days, filters), names in asked.items()
    }
    found = []
    for row in wanted:
        result = answers[(row.days, tuple(row.filters.items()))]
        metric, figure = METRICS[row.metric], result.total.figures[row.metric]
        found.append(
            Measured(
                row,
                metric.label,
                written(metric.unit, figure.value, result.currency, short=True),
                written(metric.unit, row.baseline, result.currency, short=True),
                written(metric.unit, row.target, result.currency, short=True),
                share_of_way(row.baseline, row.target, figure.value),
                partly(metric, figure),
                refs.url_of(actor, KINDS[KeyResult._meta.label_lower], row.pk),
            )
        )
    return found


def as_of(actor: Actor) -> tuple[datetime | None, bool]:
    """The moment before which all facts are in the figures, and whether they are being renewed."""
    return freshness(actor)


def _since(until: date, days: int) -> date:
    return until - timedelta(days=days - 1)
