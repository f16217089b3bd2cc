"""Reading days as people say them: Fri, 2 Dec, +3d, tomorrow. Pure arithmetic."""

import re
from calendar import monthrange
from datetime import date, timedelta

from core.clock import FIRST_YEAR, LAST_YEAR

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FULL_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FULL_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
LONGEST_WORDS = 3
_AHEAD = re.compile(r"\+(\d{1,4})\s*([dwm])")
_DAY_MONTH = re.compile(r"(\d{1,2})\.?\s+([a-z]+)\.?(?:\s+(\d{4}))?")
_MONTH_DAY = re.compile(r"([a-z]+)\.?\s+(\d{1,2})(?:,?\s+(\d{4}))?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def read_day(text: str, today: date) -> date | None:
    """The day these words mean on the day `today`; None when they mean none.

    A weekday is the next one after today; a day of a month without a year is the next such day.
    """
    words = " ".join(text.lower().split())
    if words in ("today", "tod"):
        return today
    if words in ("tomorrow", "tom", "tmr"):
        return today + timedelta(days=1)
    if words in ("next week", "nextweek"):
        return today + timedelta(days=7 - today.weekday())
    if (weekday := _index(words.removeprefix("next "), DAYS, FULL_DAYS)) is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    return _ahead(words, today) or _written(words, today)


def _index(word: str, short: tuple[str, ...], full: tuple[str, ...]) -> int | None:
    for names in (short, full):
        if word in names:
            return names.index(word)
    return None


def _ahead(words: str, today: date) -> date | None:
    found = _AHEAD.fullmatch(words)
    if not found:
        return None
    count, unit = int(found[1]), found[2]
    if unit == "m":
        months = today.month - 1 + count
        year, month = today.year + months // 12, months % 12 + 1
        return _day(year, month, min(today.day, monthrange(year, month)[1]))
    ahead = today + timedelta(days=count * (7 if unit == "w" else 1))
    return ahead if ahead.year <= LAST_YEAR else None


def _written(words: str, today: date) -> date | None:
    if found := _ISO.fullmatch(words):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_MONTH.fullmatch(words):
        return _named(found[2], int(found[1]), found[3], today)
    if found := _MONTH_DAY.fullmatch(words):
        return _named(found[1], int(found[2]), found[3], today)
    return None


def _named(month_name: str, day: int, year: str | None, today: date) -> date | None:
    month = _index(month_name, MONTHS, FULL_MONTHS)
    if month is None:
        return None
    if year:
        return _day(int(year), month + 1, day)
    for ahead in range(9):  # 29 Feb may be eight years away
        found = _day(today.year + ahead, month + 1, day)
        if found and found >= today:
            return found
    return None


def _day(year: int, month: int, day: int) -> date | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_task(text: str, today: date) -> tuple[str, date | None]:
    """What to do, and by when, from one line: the last words, where they mean a day.

    A line that is nothing but a day is what to do.
    """
    words = text.split()
    for count in range(min(LONGEST_WORDS, len(words) - 1), 0, -1):
        day = read_day(" ".join(words[-count:]), today)
        if day is not None:
            rest = words[:-count]
            if len(rest) > 1 and rest[-1].lower() in ("by", "on", "due"):
                rest = rest[:-1]
            return " ".join(rest), day
    return " ".join(words), None
