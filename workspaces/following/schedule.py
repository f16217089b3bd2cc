"""When letters are due: pure arithmetic on local hours, right over every change of the clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import models


class Every(models.TextChoices):
    """How often a digest comes."""

    HOUR = "hour", "Every hour"
    DAY = "day", "Every day"
    WEEK = "week", "Every week"
    NEVER = "never", "Never"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A person's wishes: `hour` and `weekday` (Monday is 0) of digests, the hours to keep quiet.

    `quiet` is (from, until) in local hours and may pass midnight; equal hours are no quiet at all.
    """

    every: Every = Every.DAY
    hour: int = 8
    weekday: int = 0
    quiet: tuple[int, int] | None = None
    zone: str = "UTC"


def next_digest(rhythm: Rhythm, after: datetime) -> datetime | None:
    """The first moment later than `after` (aware) that a digest is due; None for never.

    An hour that the clock skips counts as the moment it skips to, one that it repeats as its first
    turn: a daily digest comes exactly once a local day.
    """
    match rhythm.every:
        case Every.NEVER:
            return None
        case Every.HOUR:
            full = after.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
            return out_of_quiet(rhythm, full + timedelta(hours=1))
    step = 7 if rhythm.every is Every.WEEK else 1
    day = after.astimezone(ZoneInfo(rhythm.zone)).date() - timedelta(days=1)
    if step == 7:
        day -= timedelta(days=(day.weekday() - rhythm.weekday) % 7)
    while (due := moment_of(day, rhythm.hour, rhythm.zone)) <= after:
        day += timedelta(days=step)
    return due


def moment_of(day: date, hour: int, zone: str) -> datetime:
    """The moment in UTC when the clock on the wall of `zone` first shows `hour` or later."""
    local = datetime.combine(day, time(hour), ZoneInfo(zone))
    there = local.astimezone(UTC)
    back = there.astimezone(ZoneInfo(zone))
    if back.replace(tzinfo=None) == local.replace(tzinfo=None):
        return there
    return _end_of_gap(there - timedelta(hours=3), there + timedelta(hours=3), zone)


def _end_of_gap(low: datetime, high: datetime, zone: str) -> datetime:
    """When the clock jumps between two moments, to the second."""
    before = low.astimezone(ZoneInfo(zone)).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(ZoneInfo(zone)).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def is_quiet(rhythm: Rhythm, moment: datetime) -> bool:
    """Whether `moment` falls into the person's quiet hours."""
    if rhythm.quiet is None:
        return False
    start, end = rhythm.quiet
    hour = moment.astimezone(ZoneInfo(rhythm.zone)).hour
    return start <= hour < end if start <= end else hour >= start or hour < end


def out_of_quiet(rhythm: Rhythm, moment: datetime) -> datetime:
    """`moment`, or the end of the quiet hours it falls into."""
    if not is_quiet(rhythm, moment) or rhythm.quiet is None:
        return moment
    day, end = moment.astimezone(ZoneInfo(rhythm.zone)).date(), rhythm.quiet[1]
    while (due := moment_of(day, end, rhythm.zone)) <= moment:
        day += timedelta(days=1)
    return due
