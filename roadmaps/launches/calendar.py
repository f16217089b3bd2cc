"""The days of launches: what is no working day, and where a task's day falls."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from roadmaps.launches.models import ClosedDays, ClosedKind

LONGEST = 366


def days_off(workspace_id: int) -> frozenset[date]:
    """The public holidays that hold in every market: nobody works on them."""
    rows = ClosedDays.objects.in_workspace(workspace_id)
    rows = rows.filter(reason=ClosedKind.HOLIDAY, market=None)
    return frozenset(_each(rows.values_list("start_on", "end_on")))


def _each(spans: Iterable[tuple[date, date]]) -> Iterator[date]:
    for start, end in spans:
        for number in range(min((end - start).days, LONGEST) + 1):
            yield start + timedelta(days=number)
