"""When evidence ends: the months ahead, as a chart and as a table."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth

from products.compliance.models import EvidenceQuerySet
from products.compliance.states import DocState

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Horizon:
    """How many documents end in each of the next months, and the chart of it."""

    months: list[tuple[date, int]]
    option: dict[str, Any]

    @property
    def any(self) -> bool:
        return any(many for _, many in self.months)


def horizon(docs: EvidenceQuerySet, day: date) -> Horizon:
    """The next twelve months from the one of `day`, documents that count alone."""
    counting = docs.filter(state__in=[DocState.VALID, DocState.EXPIRING], valid_to__gte=day)
    rows = counting.order_by().annotate(month=TruncMonth("valid_to")).values("month")
    many = {row["month"]: row["many"] for row in rows.annotate(many=Count("pk"))}
    first = day.year * 12 + day.month - 1
    months = [date(at // 12, at % 12 + 1, 1) for at in range(first, first + MONTHS)]
    counted = [(month, many.get(month, 0)) for month in months]
    return Horizon(counted, _option(counted))


def _option(months: list[tuple[date, int]]) -> dict[str, Any]:
    return {
        "grid": {"left": 32, "right": 8, "top": 12, "bottom": 24},
        "xAxis": {"type": "category", "data": [f"{month:%b %y}" for month, _ in months]},
        "yAxis": {"type": "value", "minInterval": 1},
        "tooltip": {"trigger": "axis"},
        "series": [
            {
                "type": "bar",
                "name": "Documents that end",
                "data": [many for _, many in months],
                "itemStyle": {"color": "--pm-amber"},
                "barMaxWidth": 28,
            }
        ],
    }
