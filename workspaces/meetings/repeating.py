"""On which days a series of meetings falls. Pure arithmetic over wall-clock times of one zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule
from django.db import models

MOST_EVERY, MOST_COUNT = 52, 500
LAST_YEARS = 10


class Repeats(models.TextChoices):
    """How often a series comes."""

    DAILY = "daily", "Every day"
    WEEKLY = "weekly", "Every week"
    MONTHLY = "monthly", "Every month"


_FREQUENCY = {"daily": DAILY, "weekly": WEEKLY, "monthly": MONTHLY}
_UNIT = {"daily": "days", "weekly": "weeks", "monthly": "months"}


@dataclass(frozen=True, slots=True)
class Rule:
    """The same time of day in `zone`, from the wall-clock moment `first` on.

    It ends after `count` times or on the day `until`; without either it does not. A month without
    that day has none.
    """

    first: datetime
    zone: str
    repeats: str
    every: int
    count: int | None
    until: date | None

    @property
    def words(self) -> str:
        """Every 2 weeks, until 31 Mar 2027."""
        often = Repeats(self.repeats).label
        if self.every > 1:
            often = f"Every {self.every} {_UNIT[self.repeats]}"
        if self.count:
            return f"{often}, {self.count} times"
        return f"{often}, until {self.until:%-d %b %Y}" if self.until else often

    def _walls(self) -> rrule:
        last = datetime.combine(self.until, time.max) if self.until else None
        return rrule(
            _FREQUENCY[self.repeats],
            dtstart=self.first,
            interval=self.every,
            count=None if last else self.count,
            until=last,
        )

    def _moment(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def between(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """The moments it starts, from `start` on and before `end`, in order."""
        for wall in self._walls().xafter(self._wall(start) - timedelta(days=1), inc=True):
            moment = self._moment(wall)
            if moment >= end:
                return
            if moment >= start:
                yield moment

    def after(self, moment: datetime) -> datetime | None:
        """When it comes next after a moment; None when it is over."""
        far = moment + timedelta(days=366 * LAST_YEARS)
        return next(self.between(moment + timedelta(seconds=1), far), None)

    def _wall(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    @property
    def recurrence(self) -> dict[str, object]:
        """The same as calendars write it (RFC 5545)."""
        found: dict[str, object] = {"FREQ": self.repeats.upper(), "INTERVAL": self.every}
        if self.until:
            found["UNTIL"] = self._moment(datetime.combine(self.until, time(23, 59, 59)))
        elif self.count:
            found["COUNT"] = self.count
        return found
