"""Days and moments as files write them; the order of day and month is learned from the column."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

ORDERS = ("ymd", "dmy", "mdy")
_ISO = re.compile(r"^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_NUMERIC = re.compile(r"^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})$")
_NAMED = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?[\s.-]*([A-Za-zäéûç]+)\.?,?[\s-]+(\d{4}|\d{2})$")
_NAMED_FIRST = re.compile(r"^([A-Za-zäéûç]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$")
_TIME = re.compile(
    r"^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp]\.?[Mm]\.?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?$"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar",
            "feb february februar",
            "mar march märz mrz",
            "apr april",
            "may mai",
            "jun june juni",
            "jul july juli",
            "aug august",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december dez dezember",
        ),
        start=1,
    )
    for name in names.split()
}
_ASK = "Choose the date order for this file, or write dates as 2024-03-31."
_SIGNS = frozenset("-/.")
EARLIEST, LATEST = 1900, 2200


class Unclear(Exception):
    """A text that is no day, or could be two."""

    def __init__(self, message: str, remedy: str = "Write dates as 2024-03-31.") -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


@dataclass(slots=True)
class Habits:
    """In which order a column writes day and month, as far as its cells have shown."""

    day_first: bool = False
    month_first: bool = False
    chosen: str = ""

    def observe(self, text: str) -> None:
        """Learn from one cell: a first number above 12 is a day, a second above 12 as well."""
        if text[1:2] not in _SIGNS and text[2:3] not in _SIGNS:
            return
        numeric = _NUMERIC.match(_split(text)[0])
        if numeric:
            first, second = int(numeric[1]), int(numeric[3])
            if first > 12 >= second or numeric[2] == ".":
                self.day_first = True
            elif second > 12 >= first:
                self.month_first = True

    def as_list(self) -> list[object]:
        return [self.day_first, self.month_first, self.chosen]

    @classmethod
    def from_list(cls, kept: list[object]) -> "Habits":
        day_first, month_first, chosen = kept
        return cls(bool(day_first), bool(month_first), str(chosen))

    def order_of(self, first: int, second: int, sign: str) -> str:
        """How to read `first` and `second`. Raises Unclear when the column does not say."""
        if self.chosen in ("dmy", "mdy"):
            return self.chosen
        if sign == ".":
            return "dmy"
        if self.day_first and self.month_first:
            raise Unclear("This column writes some dates day first and others month first.", _ASK)
        if self.day_first or self.month_first:
            return "dmy" if self.day_first else "mdy"
        if first == second:
            return "dmy"
        raise Unclear("Nothing in this column says whether the day or the month comes first.", _ASK)


def _split(text: str) -> tuple[str, str]:
    """The day and the time of a moment; either may be empty."""
    if ":" not in text:
        return text, ""
    head, sign, tail = text.partition("T")
    if not sign or not head[-1:].isdigit():
        at = text.rfind(" ", 0, text.index(":"))
        if at < 0:
            return "", text
        head, tail = text[:at], text[at + 1 :]
    return head.strip().rstrip(","), tail.strip()


def day_of_text(text: str, habits: Habits) -> date:
    """The day in `text`; a time behind it must be midnight. Raises Unclear."""
    head, tail = _split(text)
    if tail and not re.match(r"^(00?|12):00(:00(\.0+)?)?\s*([Aa][Mm])?$", tail):
        raise Unclear(f"“{text[:40]}” has a time; a day is wanted here.")
    return _day(head, habits)


def moment_of_text(text: str, habits: Habits) -> datetime:
    """The moment in `text`: aware where it names a zone. Raises Unclear."""
    head, tail = _split(text)
    day = _day(head, habits)
    found = _TIME.match(tail) if tail else None
    if tail and not found:
        raise Unclear(f"“{text[:40]}” has no time we can read.", "Write times as 2024-03-31 14:30.")
    if not found:
        return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the workspace's midnight
    hour = _hour(int(found[1]), found[5], text)
    fraction = int((found[4] or "0").ljust(6, "0")[:6])
    try:
        return datetime(
            day.year,
            day.month,
            day.day,
            hour,
            int(found[2]),
            int(found[3] or 0),
            fraction,
            _zone(found[6]),
        )
    except ValueError:
        raise Unclear(f"“{text[:40]}” is not a time of day.") from None


def _hour(hour: int, half: str | None, text: str) -> int:
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise Unclear(f"“{text[:40]}” is not a time of day.")
    return hour % 12 + (12 if half[0] in "pP" else 0)


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _day(text: str, habits: Habits) -> date:
    year, month, day = _parts(text, habits)
    try:
        found = date(year, month, day)
    except ValueError:
        raise Unclear(f"There is no day “{text[:40]}”.") from None
    if not EARLIEST <= year < LATEST:
        raise Unclear(f"The year {year} cannot be right.")
    return found


def _parts(text: str, habits: Habits) -> tuple[int, int, int]:
    if iso := _ISO.match(text) or _COMPACT.match(text):
        numbers = [int(part) for part in iso.groups() if part.isdigit()]
        return numbers[0], numbers[1], numbers[2]
    if numeric := _NUMERIC.match(text):
        first, second, year = int(numeric[1]), int(numeric[3]), _century(numeric[4])
        order = habits.order_of(first, second, numeric[2])
        return (year, second, first) if order == "dmy" else (year, first, second)
    if (named := _NAMED.match(text)) and named[2].lower() in _MONTHS:
        return _century(named[3]), _MONTHS[named[2].lower()], int(named[1])
    if (named := _NAMED_FIRST.match(text)) and named[1].lower() in _MONTHS:
        return int(named[3]), _MONTHS[named[1].lower()], int(named[2])
    raise Unclear(f"“{text[:40]}” is not a date.")


def _century(year: str) -> int:
    """Two digits mean the years from 1970 to 2069."""
    number = int(year)
    if len(year) == 4:
        return number
    return number + (2000 if number < 70 else 1900)
