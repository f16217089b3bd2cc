"""T2: a digest is due exactly once a window, whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspaces.following.schedule import (
    Every,
    Rhythm,
    is_quiet,
    moment_of,
    next_digest,
    out_of_quiet,
)

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Cairo",
    "Asia/Beirut",
    "Pacific/Apia",
]
moments = st.datetimes(
    min_value=datetime(2024, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC)
)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 8, 23])
def test_a_daily_digest_comes_once_every_local_day_of_a_year(zone, hour):
    rhythm, now = Rhythm(hour=hour, zone=zone), datetime(2026, 1, 1, tzinfo=UTC)
    days = []
    while (now := next_digest(rhythm, now)) < datetime(2027, 1, 1, tzinfo=UTC):
        days.append(now.astimezone(ZoneInfo(zone)).date())

    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    assert len(days) >= 364


@given(moments, st.sampled_from(ZONES), st.integers(0, 23), st.integers(0, 6))
def test_asking_again_before_it_is_due_gives_the_same_moment(now, zone, hour, weekday):
    for every in (Every.DAY, Every.WEEK, Every.HOUR):
        rhythm = Rhythm(every, hour, weekday, None, zone)
        due = next_digest(rhythm, now)
        assert now < due <= now + timedelta(days=8)
        assert next_digest(rhythm, due - timedelta(seconds=1)) == due
        assert next_digest(rhythm, due) > due
        if every is Every.WEEK:
            assert due.astimezone(ZoneInfo(zone)).weekday() == weekday


@pytest.mark.parametrize(
    ("zone", "day", "hour", "utc"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 2, "01:00"),  # the hour is skipped
        ("Europe/Berlin", date(2026, 10, 25), 2, "00:00"),  # the hour comes twice
        ("Europe/Berlin", date(2026, 3, 29), 8, "06:00"),
        ("Europe/Berlin", date(2026, 3, 28), 8, "07:00"),
        ("Africa/Cairo", date(2026, 4, 24), 0, "22:00"),  # the day has no midnight
        ("Australia/Lord_Howe", date(2026, 10, 4), 2, "15:30"),  # half an hour is skipped
    ],
)
def test_hours_that_are_skipped_or_come_twice(zone, day, hour, utc):
    assert f"{moment_of(day, hour, zone):%H:%M}" == utc


def test_an_hour_that_comes_twice_brings_an_hourly_digest_twice_and_a_daily_one_once():
    start, end = datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)
    hourly, now = 0, start - timedelta(seconds=1)
    while (now := next_digest(Rhythm(Every.HOUR, zone="Europe/Berlin"), now)) < end:
        hourly += 1
    assert hourly == 23


@given(moments, st.sampled_from(ZONES), st.integers(0, 23), st.integers(0, 23))
def test_what_is_held_back_comes_when_the_quiet_ends(now, zone, start, end):
    rhythm = Rhythm(quiet=(start, end), zone=zone)
    due = out_of_quiet(rhythm, now)
    assert not is_quiet(rhythm, due) or due == now
    assert now <= due <= now + timedelta(hours=26)
    if not is_quiet(rhythm, now):
        assert due == now


@given(moments)
def test_never_is_never(now):
    assert next_digest(Rhythm(Every.NEVER), now) is None
