"""When a series falls, over daylight saving and short months; the file says the same."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workspaces.meetings.repeating import Rule

BERLIN = "Europe/Berlin"
FAR = datetime(2040, 1, 1, tzinfo=UTC)


def rule(first, repeats="weekly", every=1, count=None, until=None, zone=BERLIN):
    return Rule(first, zone, repeats, every, count, until)


def walls(found, zone=BERLIN):
    return [one.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for one in found]


def test_ten_o_clock_stays_ten_o_clock_when_the_clocks_change():
    weekly = rule(datetime(2026, 10, 20, 10, 0))
    found = list(
        weekly.between(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 5, tzinfo=UTC))
    )
    assert [one.hour for one in found] == [8, 9, 9]  # UTC: summer time ends on 25 October
    assert {one.hour for one in walls(found)} == {10}


def test_a_month_without_the_thirty_first_has_no_meeting():
    monthly = rule(datetime(2027, 1, 31, 9, 0), "monthly", count=4)
    days = [one.date() for one in walls(monthly.between(datetime(2027, 1, 1, tzinfo=UTC), FAR))]
    assert days == [date(2027, 1, 31), date(2027, 3, 31), date(2027, 5, 31), date(2027, 7, 31)]


def test_a_series_ends_after_its_count_or_on_its_day():
    start = datetime(2026, 12, 1, tzinfo=UTC)
    assert len(list(rule(datetime(2026, 12, 1, 9, 0), count=3).between(start, FAR))) == 3
    until = rule(datetime(2026, 12, 1, 9, 0), until=date(2026, 12, 15))
    assert [one.day for one in until.between(start, FAR)] == [1, 8, 15]
    assert until.after(datetime(2026, 12, 15, 12, 0, tzinfo=UTC)) is None


@pytest.mark.parametrize("zone", [BERLIN, "America/New_York", "Australia/Lord_Howe", "UTC"])
@settings(max_examples=25, deadline=None)
@given(
    first=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(
        lambda moment: moment.replace(second=0, microsecond=0)
    ),
    every=st.integers(1, 4),
)
def test_what_comes_after_is_what_comes_next(zone, first, every):
    series = rule(first, "daily", every, zone=zone)
    begin = first.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) - timedelta(hours=2)
    found = list(islice(series.between(begin, FAR), 5))
    assert found == sorted(found)
    for one, following in pairwise(found):
        assert series.after(one) == following
