"""Days, weeks and months of a shop are those of its own clock, on the days where clocks change."""

import random
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from finance.metrics.query import Query, run
from tests.conftest import Member
from tests.factories.catalog import VariantFactory
from tests.factories.workspaces import MembershipFactory, WorkspaceFactory
from tests.kinds.running import bring
from workspaces.staleness.recompute import recompute_next

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Australia/Lord_Howe",
)
TURNS = (  # the clock changes, the year has a week 53, a leap day, a quarter ends, a year ends
    date(2026, 3, 8),
    date(2026, 3, 29),
    date(2026, 4, 5),
    date(2026, 9, 30),
    date(2026, 10, 4),
    date(2026, 10, 25),
    date(2026, 11, 1),
    date(2020, 12, 28),
    date(2021, 1, 3),
    date(2024, 2, 29),
    date(2025, 12, 31),
)
EVENTS = 2_000


def moments(zone: ZoneInfo, roll: random.Random) -> list[datetime]:
    """Moments about the turns: some at the first and last second of a day, the rest anywhere."""
    found = []
    for number in range(EVENTS):
        day = TURNS[number % len(TURNS)] + timedelta(days=roll.randint(-1, 1))
        if number % 4 == 0:
            midnight = datetime.combine(day, time(), zone).astimezone(UTC)
            found.append(midnight - timedelta(seconds=number % 8 // 4))
        else:
            start = datetime.combine(day, time(), UTC)
            found.append(start + timedelta(seconds=roll.randrange(-50_000, 140_000)))
    return found


def month_of(day: date) -> date:
    return day.replace(day=1)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ZONES)
def test_every_event_counts_on_its_local_day_week_and_month(name):
    zone, roll = ZoneInfo(name), random.Random(name)
    workspace = WorkspaceFactory(timezone=name)
    member = Member(MembershipFactory(workspace=workspace, role="owner"))
    VariantFactory(workspace=workspace, sku="A")
    sold = moments(zone, roll)
    back = [each + timedelta(hours=roll.randint(0, 60)) for each in sold]
    rows = [
        {
            "number": f"#{number}",
            "placed_at": f"{placed:%Y-%m-%d %H:%M:%S}+00",
            "sku": "A",
            "quantity": 3,
            "unit_price": "10",
            "refunded_quantity": 1,
            "refunded_amount": "7",
            "refunded_at": f"{returned:%Y-%m-%d %H:%M:%S}+00",
        }
        for number, (placed, returned) in enumerate(zip(sold, back, strict=True))
    ]

    assert bring(member.actor, "orders", rows).issues == []
    while recompute_next():
        continue

    placed, returned = ([each.astimezone(zone).date() for each in times] for times in (sold, back))
    each_adds = {
        "units": (3, placed),
        "orders": (1, placed),
        "returns": (7, returned),
        "returns_by_order_date": (7, placed),
    }
    for by, start_of in (("day", lambda day: day), ("week", monday_of), ("month", month_of)):
        query = Query(tuple(each_adds), date(2020, 1, 1), date(2026, 12, 31), by=(by,))
        told = {row.keys[by]: row.figures for row in run(member.actor, query).rows}
        for metric, (much, days) in each_adds.items():
            due = {day: much * many for day, many in Counter(map(start_of, days)).items()}
            figures = {day: figures[metric].value for day, figures in told.items()}
            assert {day: value for day, value in figures.items() if value} == due
