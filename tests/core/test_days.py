"""A moment belongs to one day of its zone, and PostgreSQL and Python agree which."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from core.clock import day_of

# Days of 23 and 25 hours, a quarter-hour offset, a zone that skipped a date line, year ends.
EDGES = {
    "Europe/Berlin": [date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    "Asia/Kathmandu": [date(2026, 12, 31), date(2027, 1, 1)],
    "Pacific/Apia": [date(2011, 12, 29), date(2011, 12, 31), date(2028, 2, 29)],
    "UTC": [date(2028, 2, 29), date(2026, 12, 31)],
}
EVENTS = 2_000


def moments_near(days: list[date]) -> list[datetime]:
    """Two thousand moments within two days of these, the same in every run."""
    dice = random.Random(str(days))
    noons = [datetime(day.year, day.month, day.day, 12, tzinfo=UTC) for day in days]
    return [
        dice.choice(noons) + timedelta(seconds=dice.randint(-172_800, 172_800))
        for _ in range(EVENTS)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("zone", EDGES)
def test_counts_per_local_day_equal_those_of_the_database(zone):
    moments = moments_near(EDGES[zone])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (at AT TIME ZONE %s)::date, count(*) FROM unnest(%s::timestamptz[]) AS at "
            "GROUP BY 1",
            [zone, moments],
        )
        assert Counter(day_of(one, zone) for one in moments) == dict(cursor.fetchall())


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Asia/Kathmandu", date(2027, 1, 1), 24),
        ("Pacific/Apia", date(2011, 12, 30), 0),
    ],
)
def test_a_day_has_the_hours_it_has(zone, day, hours):
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=36)
    quarters = [start + timedelta(minutes=15 * step) for step in range(4 * 96)]
    assert sum(day_of(one, zone) == day for one in quarters) == hours * 4
