"""Days as closely as somebody may know them. Pure arithmetic."""

from datetime import date, timedelta

DAY, MONTH, QUARTER = "day", "month", "quarter"
STEPS = {MONTH: 1, QUARTER: 3}


def begins(day: date, precision: str) -> date:
    """The first day of the month or quarter this one lies in; the day itself where days show."""
    if precision == DAY:
        return day
    step = STEPS[precision]
    return day.replace(day=1, month=(day.month - 1) // step * step + 1)


def ends(day: date, precision: str) -> date:
    """The last day of it."""
    if precision == DAY:
        return day
    first = begins(day, precision)
    at = first.year * 12 + first.month - 1 + STEPS[precision]
    if at // 12 > date.max.year:
        return date.max
    return date(at // 12, at % 12 + 1, 1) - timedelta(days=1)


def words(start: date | None, end: date | None, precision: str) -> str:
    """“5 Dec 2026 – 9 Jan 2027”, “Q4 2026 – Q1 2027”; nothing without a day."""
    first, last = start or end, end or start
    if first is None or last is None:
        return ""
    one, other = _called(first, precision), _called(last, precision)
    return one if one == other else f"{one} – {other}"


def _called(day: date, precision: str) -> str:
    if precision == QUARTER:
        return f"Q{(day.month + 2) // 3} {day.year}"
    if precision == MONTH:
        return f"{day:%b} {day.year}"
    return f"{day.day} {day:%b} {day.year}"
