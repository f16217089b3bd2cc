"""What a cell means: pure reading of numbers, dates, currencies and choices.

How a column writes its numbers and dates is decided over the whole column (`Habits`), never cell by
cell: 03/04/2024 means the same in every row, or it is asked.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from core.money import currency_codes
from workspaces.imports.dates import Habits as DateHabits
from workspaces.imports.dates import Unclear, day_of_text, moment_of_text
from workspaces.imports.kinds import Cell, Column

SPACES = dict.fromkeys(map(ord, " \u00a0\u202f\u2009'’_"), None)
MONEY_SIGNS = re.compile(r"^(?:[€$£¥₹]|[A-Z]{3}(?=[\s\d.,+-]))|(?:[€$£¥₹]|(?<=[\s\d])[A-Z]{3})$")
PLAIN = re.compile(r"^[+-]?\d+(\.\d+)?([eE][+-]?\d{1,2})?$")
SHAPED = re.compile(r"^[+-]?(\d+([.,]\d+)*|[.,]\d+)$")
LARGEST = 10**10
YES = frozenset({"yes", "y", "true", "t", "1", "x", "on", "ja", "wahr", "oui", "si", "sí", "sim"})
NO = frozenset({"no", "n", "false", "f", "0", "off", "nein", "falsch", "non", "não"})
CURRENCY_SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR"}


class Wrong(Exception):
    """A cell that cannot be read: what is wrong, and what to do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


@dataclass(slots=True)
class DecimalHabit:
    """Which sign a column uses for decimals, as far as its cells have shown."""

    points: bool = False
    commas: bool = False
    chosen: str = ""

    def observe(self, text: str) -> None:
        """Learn from one cell; a cell that could be read both ways teaches nothing."""
        if "," not in text and (self.points or "." not in text) and text.count(".") < 2:
            return
        bare = _bare_number(text)
        point, comma = bare.rfind("."), bare.rfind(",")
        if point >= 0 and comma >= 0:
            self._saw("." if point > comma else ",")
        elif point >= 0 or comma >= 0:
            sign, at = (".", point) if point >= 0 else (",", comma)
            if bare.count(sign) > 1:
                self._saw("," if sign == "." else ".")
            elif not _maybe_thousands(bare, at):
                self._saw(sign)

    def _saw(self, sign: str) -> None:
        if sign == ".":
            self.points = True
        else:
            self.commas = True

    def sign(self) -> str:
        """“.”, “,”, or nothing when the column does not say or says both."""
        if self.chosen:
            return self.chosen
        if self.points != self.commas:
            return "." if self.points else ","
        return ""


def _bare_number(text: str) -> str:
    """The digits and signs: without spaces, currency and the brackets of accountants."""
    bare = MONEY_SIGNS.sub("", text.strip()).strip().translate(SPACES)
    if bare.startswith("(") and bare.endswith(")"):
        bare = "-" + bare[1:-1]
    elif bare.endswith("-"):
        bare = "-" + bare[:-1]
    bare = bare.replace("−", "-")
    return MONEY_SIGNS.sub("", bare[1:]).join(("-", "")) if bare.startswith("-") else bare


def _maybe_thousands(bare: str, at: int) -> bool:
    """One separator with three digits behind it and one to three in front: 1.234 or 1,234."""
    head = bare[:at].lstrip("+-")
    return len(bare) - at - 1 == 3 and 1 <= len(head) <= 3 and not head.startswith("0")


def decimal_of(text: str, habit: DecimalHabit, largest: int = LARGEST) -> Decimal:
    """The number in `text`, nearer to zero than `largest`. Raises Wrong."""
    if PLAIN.match(text) and (habit.sign() == "." or not habit.commas):
        return _sized(_decimal(text), text, largest)
    bare = _bare_number(text)
    if not SHAPED.match(bare) and not PLAIN.match(bare):
        raise Wrong(f"“{_short(text)}” is not a number.", "Write digits such as 12.50.")
    return _sized(_decimal(_with_point(bare, text, habit)), text, largest)


def _with_point(bare: str, text: str, habit: DecimalHabit) -> str:
    point, comma = bare.rfind("."), bare.rfind(",")
    if point < 0 and comma < 0:
        return bare
    if point >= 0 and comma >= 0:
        sign = "." if point > comma else ","
    else:
        own, at = (".", point) if point >= 0 else (",", comma)
        other = "," if own == "." else "."
        if bare.count(own) > 1:
            sign = other
        elif not _maybe_thousands(bare, at):
            sign = own
        else:
            sign = habit.sign() or _assumed(own, text, habit)
    if habit.sign() and sign != habit.sign():
        raise Wrong(
            f"“{_short(text)}” uses “{sign}” for decimals; the column uses “{habit.sign()}”.",
            f"Write it with “{habit.sign()}”, or choose the decimal sign for this file.",
        )
    thousands = "," if sign == "." else "."
    whole, _, fraction = bare.partition(sign) if bare.count(sign) == 1 else (bare, "", "")
    if not _grouped(whole, thousands) or thousands in fraction:
        raise Wrong(
            f"“{_short(text)}” has its thousands in the wrong places.",
            "Write the number without thousands signs.",
        )
    whole = whole.replace(thousands, "")
    return f"{whole or '0'}.{fraction}" if fraction else whole


def _grouped(whole: str, thousands: str) -> bool:
    """No thousands signs, or one before every three digits."""
    head, *groups = whole.lstrip("+-").split(thousands)
    return not groups or (1 <= len(head) <= 3 and all(len(group) == 3 for group in groups))


def _assumed(own: str, text: str, habit: DecimalHabit) -> str:
    """A column that says nothing else: 1.234 has decimals; 1,234 could be either and is asked."""
    if own == "." and not habit.commas:
        return "."
    raise Wrong(
        f"“{_short(text)}” can be read with decimals or with thousands.",
        "Choose the decimal sign for this file, or write the number without thousands signs.",
    )


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Wrong(f"“{_short(text)}” is not a number.", "Write digits such as 12.50.") from None


def _sized(number: Decimal, text: str, largest: int) -> Decimal:
    if abs(number) >= largest:
        raise Wrong(f"“{_short(text)}” is too large.", f"Numbers stay below {largest:,}.")
    return number


def currency_of(text: str) -> str:
    """An ISO 4217 code. Raises Wrong for what is none; “$” names too many to be one."""
    code = CURRENCY_SIGNS.get(text, text.upper())
    if code not in currency_codes():
        raise Wrong(f"“{_short(text)}” is not a currency code.", "Use three letters such as EUR.")
    return code


def yes_no_of(text: str) -> bool:
    """Yes or no in the usual words. Raises Wrong."""
    word = text.lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise Wrong(f"“{_short(text)}” is neither yes nor no.", "Write yes or no.")


def choice_of(text: str, choices: tuple[str, ...]) -> str:
    """The choice meant, whatever its case. Raises Wrong naming all of them."""
    for choice in choices:
        if choice.lower() == text.lower():
            return choice
    raise Wrong(f"“{_short(text)}” is not known here.", f"Use one of: {', '.join(choices)}.")


@dataclass(slots=True)
class Habits:
    """How one column writes numbers and dates."""

    decimal: DecimalHabit
    dates: DateHabits

    @classmethod
    def new(cls, decimal: str = "", date_order: str = "") -> "Habits":
        return cls(DecimalHabit(chosen=decimal), DateHabits(chosen=date_order))

    def as_json(self) -> list[object]:
        """What `from_json` understands: to read a single corrected cell later in the same way."""
        point, order = self.decimal, self.dates
        return [point.points, point.commas, point.chosen, *order.as_list()]

    @classmethod
    def from_json(cls, kept: list[object]) -> "Habits":
        points, commas, chosen, *order = kept
        return cls(
            DecimalHabit(bool(points), bool(commas), str(chosen)), DateHabits.from_list(order)
        )


def reader_of(column: Column, habits: Habits) -> Callable[[str], str]:
    """A function from a cell's text to what PostgreSQL reads as the column's type.

    It raises Wrong. A moment without a zone stays without: the session's zone is the workspace's.
    """
    readers: dict[Cell, Callable[[str], object]] = {
        Cell.TEXT: lambda text: _fitting(text, column),
        Cell.DECIMAL: lambda text: _bounded(_number(text, habits, column), column),
        Cell.INTEGER: lambda text: _bounded(_whole(_number(text, habits, column)), column),
        Cell.DATE: lambda text: _day(text, habits.dates),
        Cell.MOMENT: lambda text: _moment(text, habits.dates),
        Cell.CURRENCY: currency_of,
        Cell.CHOICE: lambda text: choice_of(text, column.choices),
        Cell.YES_NO: lambda text: "t" if yes_no_of(text) else "f",
    }
    read = readers[column.cell]
    return lambda text: _written(read(text))


def _written(value: object) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _number(text: str, habits: Habits, column: Column) -> Decimal:
    return decimal_of(text, habits.decimal, column.largest)


def _fitting(text: str, column: Column) -> str:
    if column.max_length and len(text) > column.max_length:
        raise Wrong(
            f"This has {len(text)} characters; {column.label} has room for {column.max_length}.",
            "Shorten the text.",
        )
    return text


def _whole(number: Decimal) -> Decimal:
    if number != number.to_integral_value():
        raise Wrong(f"“{number}” is not a whole number.", "Write a number without decimals.")
    return number.to_integral_value()


def _bounded(number: Decimal, column: Column) -> Decimal:
    if column.minimum is not None and number < column.minimum:
        raise Wrong(f"{number} is below {column.minimum}.", f"The least is {column.minimum}.")
    if column.maximum is not None and number > column.maximum:
        raise Wrong(f"{number} is above {column.maximum}.", f"The most is {column.maximum}.")
    return number


def _day(text: str, habits: DateHabits) -> date:
    try:
        return day_of_text(text, habits)
    except Unclear as unclear:
        raise Wrong(unclear.message, unclear.remedy) from None


def _moment(text: str, habits: DateHabits) -> str:
    try:
        moment = moment_of_text(text, habits)
    except Unclear as unclear:
        raise Wrong(unclear.message, unclear.remedy) from None
    return moment.isoformat(" ") if isinstance(moment, datetime) else str(moment)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
