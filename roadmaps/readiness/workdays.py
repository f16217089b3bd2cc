"""Working days: weekdays that are not days off. Pure."""

from collections.abc import Collection
from datetime import date, timedelta

SATURDAY = 5
ONE = timedelta(days=1)


def is_working(day: date, off: Collection[date] = ()) -> bool:
    """Whether people work on that day."""
    return day.weekday() < SATURDAY and day not in off


def working_day(start: date, number: int, off: Collection[date] = ()) -> date:
    """The `number`th working day from `start` on, which counts if it is one; 0 is `start`."""
    day = start
    while number > 0:
        if is_working(day, off):
            number -= 1
            if not number:
                return day
        day += ONE
    return day


def days_between(start: date, end: date, off: Collection[date] = ()) -> int:
    """How many working days there are from `start` to `end`, both counted; 0 when it is past."""
    if end < start:
        return 0
    weeks, rest = divmod((end - start).days + 1, 7)
    found = weeks * SATURDAY
    found += sum((start + ONE * each).weekday() < SATURDAY for each in range(rest))
    return found - sum(start <= day <= end and day.weekday() < SATURDAY for day in set(off))


def moved(anchor: date, by: int, off: Collection[date] = ()) -> date:
    """The day `by` working days after the anchor, before it when negative.

    An anchor that is no working day is taken to the one before it.
    """
    day = anchor
    while not is_working(day, off):
        day -= ONE
    step = ONE if by > 0 else -ONE
    for _ in range(abs(by)):
        day += step
        while not is_working(day, off):
            day += step
    return day
