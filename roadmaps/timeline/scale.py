"""Days as shares of a timeline's width. Pure arithmetic."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Zoom(StrEnum):
    """How much time is seen at once."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


SNAPS = {Zoom.WEEK: 1, Zoom.MONTH: 1, Zoom.QUARTER: 7, Zoom.YEAR: 7}  # days a drag moves by
MONTHS = {Zoom.WEEK: 3, Zoom.MONTH: 12, Zoom.QUARTER: 24, Zoom.YEAR: 60}
STEPS = {Zoom.MONTH: 1, Zoom.QUARTER: 3, Zoom.YEAR: 12}  # months from tick to tick
EARLIEST, LATEST = date(1900, 1, 1), date(2150, 1, 1)


@dataclass(frozen=True, slots=True)
class Tick:
    """Where a week, month, quarter or year begins, and what it is called."""

    left: float
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """The days from `first` up to, not including, `end`."""

    zoom: Zoom
    first: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.first).days

    def left(self, day: date) -> float:
        """Where a day begins, in percent of the width."""
        return round((day - self.first).days * 100 / self.days, 3)

    def width(self, first: date, last: date) -> float:
        """How wide the days from first to last are, both counted."""
        return round(((last - first).days + 1) * 100 / self.days, 3)

    @property
    def ticks(self) -> list[Tick]:
        return [Tick(self.left(day), _label(self.zoom, day)) for day in self._begins()]

    @property
    def earlier(self) -> date:
        """The first day of the timeline half a width before."""
        return months_later(self.first, -(MONTHS[self.zoom] // 2))

    @property
    def later(self) -> date:
        return months_later(self.first, MONTHS[self.zoom] // 2)

    def _begins(self) -> list[date]:
        found, day = [], self.first
        while day < self.end:
            found.append(day)
            step = STEPS.get(self.zoom)
            day = months_later(day, step) if step else day + timedelta(days=7)
        return found


def scale_of(zoom: Zoom, day: date) -> Scale:
    """The timeline that begins where the week, month, quarter or year of `day` does."""
    day = min(max(day, EARLIEST), LATEST)
    if zoom is Zoom.WEEK:
        first = day - timedelta(days=day.weekday())
        return Scale(zoom, first, first + timedelta(days=91))
    step = STEPS[zoom]
    first = day.replace(day=1, month=(day.month - 1) // step * step + 1)
    return Scale(zoom, first, months_later(first, MONTHS[zoom]))


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the first of a month is always there."""
    at = day.year * 12 + day.month - 1 + months
    return day.replace(year=at // 12, month=at % 12 + 1, day=min(day.day, 28))


def _label(zoom: Zoom, day: date) -> str:
    year = f" {day.year}"
    match zoom:
        case Zoom.WEEK:
            return f"{day.day} {day:%b}"
        case Zoom.MONTH:
            return f"{day:%b}{year if day.month == 1 else ''}"
        case Zoom.QUARTER:
            return f"Q{(day.month + 2) // 3}{year if day.month == 1 else ''}"
        case _:
            return str(day.year)
