"""On which days a task comes again. Pure arithmetic over days, in the words of RFC 5545."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule

from core.clock import LAST_YEAR

MOST_EVERY, MOST_COUNT = 99, 500
LONGEST = 120
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEKDAYS = (0, 1, 2, 3, 4)
LAST = -1  # the last day of a month
KNOWN = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "UNTIL", "COUNT"}


class Often(StrEnum):
    """In which unit it comes again."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


_FREQUENCY = {Often.DAILY: DAILY, Often.WEEKLY: WEEKLY, Often.MONTHLY: MONTHLY}
_ONE = {Often.DAILY: "day", Often.WEEKLY: "week", Often.MONTHLY: "month"}


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Every so many days, weeks or months; on these days of the week, or this one of the month.

    Weekdays count from Monday, 0. `month_day` is 1 to 31, or LAST; a month without that day has
    none. It ends after `count` tasks, the first one included, or on the day `until`.
    """

    often: Often
    every: int = 1
    days: tuple[int, ...] = ()
    month_day: int | None = None
    until: date | None = None
    count: int | None = None

    @property
    def text(self) -> str:
        """As calendars write it: FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH."""
        parts = [f"FREQ={self.often.upper()}"]
        parts += [f"INTERVAL={self.every}"] if self.every > 1 else []
        parts += [f"BYDAY={','.join(DAYS[day] for day in self.days)}"] if self.days else []
        parts += [f"BYMONTHDAY={self.month_day}"] if self.month_day else []
        parts += [f"UNTIL={self.until:%Y%m%d}"] if self.until else []
        parts += [f"COUNT={self.count}"] if self.count else []
        return ";".join(parts)

    @property
    def words(self) -> str:
        """Every 2 weeks on Mon and Thu, until 31 Mar 2027."""
        if self.often is Often.WEEKLY and self.every == 1 and self.days == WEEKDAYS:
            said = "Every weekday"
        else:
            unit = _ONE[self.often]
            said = f"Every {unit}" if self.every == 1 else f"Every {self.every} {unit}s"
            said += f" on {_listed([NAMES[day] for day in self.days])}" if self.days else ""
        if self.month_day:
            said += " on the last day" if self.month_day == LAST else f" on the {self.month_day}."
        if self.count:
            return f"{said}, {self.count} times in all"
        return f"{said}, until {self.until:%-d %b %Y}" if self.until else said

    def after(self, first: date, since: date) -> Iterator[date]:
        """The days on which it comes after `since`, counted from the task that is due on `first`.

        How many there may be is not asked here.
        """
        rule = rrule(
            _FREQUENCY[self.often],
            dtstart=datetime.combine(first, time()),
            interval=self.every,
            byweekday=self.days or None,
            bymonthday=self.month_day,
            until=datetime.combine(self.until, time()) if self.until else None,
        )
        return (one.date() for one in rule.xafter(datetime.combine(since, time())))

    def following(self, due: date, now: date) -> date | None:
        """When it is due next: what was missed meanwhile is not made up for. None at its end."""
        for day in self.after(due, due):
            if day >= now:
                return day if day.year <= LAST_YEAR else None
        return None


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def read(text: str) -> Rhythm:
    """The rhythm that such a text says. Raises ValueError, in words, for any other."""
    parts = dict(_parts(text.strip().upper().removeprefix("RRULE:")))
    if unknown := parts.keys() - KNOWN:
        raise ValueError(f"{min(unknown)[:20]} is not understood here.")
    try:
        often = Often(parts.get("FREQ", "").lower())
    except ValueError:
        raise ValueError("It comes again DAILY, WEEKLY or MONTHLY.") from None
    count = _number(parts, "COUNT", MOST_COUNT) if "COUNT" in parts else None
    rhythm = Rhythm(
        often,
        _number(parts, "INTERVAL", MOST_EVERY) if "INTERVAL" in parts else 1,
        _days(parts.get("BYDAY", "")),
        _month_day(parts["BYMONTHDAY"]) if "BYMONTHDAY" in parts else None,
        _until(parts["UNTIL"]) if "UNTIL" in parts else None,
        count,
    )
    if rhythm.days and often is not Often.WEEKLY:
        raise ValueError("Days of the week belong to WEEKLY.")
    if rhythm.month_day and often is not Often.MONTHLY:
        raise ValueError("A day of the month belongs to MONTHLY.")
    if rhythm.until and count:
        raise ValueError("It ends on a day or after a number of times, not both.")
    return rhythm


def _parts(text: str) -> Iterator[tuple[str, str]]:
    for part in filter(None, text.split(";")):
        name, equals, value = part.partition("=")
        if not equals:
            raise ValueError("Write it as in FREQ=WEEKLY;BYDAY=MO,TH.")
        yield name, value


def _number(parts: dict[str, str], name: str, most: int) -> int:
    text = parts[name]
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= most):
        raise ValueError(f"{name} is between 1 and {most}.")
    return int(text)


def _days(text: str) -> tuple[int, ...]:
    names = [name for name in text.split(",") if name]
    if any(name not in DAYS for name in names):
        raise ValueError(f"Days are written {','.join(DAYS)}.")
    return tuple(sorted({DAYS.index(name) for name in names}))


def _month_day(text: str) -> int:
    days = {str(day): day for day in (LAST, *range(1, 32))}
    if text not in days:
        raise ValueError("BYMONTHDAY is between 1 and 31, or -1 for the last day.")
    return days[text]


def _until(text: str) -> date:
    try:
        return datetime.strptime(text.partition("T")[0], "%Y%m%d").date()  # noqa: DTZ007 -- a day
    except ValueError:
        raise ValueError("UNTIL is written 20270331.") from None
