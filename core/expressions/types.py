"""What a value is: its kind, and for numbers the units it is counted in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of values there are. Money, percentages and lengths of time are numbers."""

    NUMBER = "number"
    TEXT = "text"
    YES_NO = "yes_no"
    DAY = "day"
    CHOICE = "choice"
    LIST = "list"


Units = tuple[tuple[str, int], ...]  # unit and exponent, in the order of the alphabet
CURRENCY = re.compile(r"[A-Z]{3}\Z")
COUNTED = frozenset({"", "#", "item", "items", "pc", "pcs", "piece", "pieces", "unit", "units"})
MOST_OF_A_UNIT = 3


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a value.

    `units` belong to numbers: EUR once is money, EUR once and kg minus once is a price by weight.
    `options` are the (value, label) pairs of a choice, `item` is what a list holds.
    """

    kind: Kind
    units: Units = ()
    percent: bool = False
    options: tuple[tuple[str, str], ...] = ()
    item: "Type | None" = None

    @property
    def numeric(self) -> bool:
        return self.kind is Kind.NUMBER

    @property
    def plain(self) -> bool:
        """A number without units."""
        return self.numeric and not self.units

    @property
    def currency(self) -> str:
        """The currency of money; nothing for everything else."""
        if len(self.units) == 1 and self.units[0][1] == 1 and CURRENCY.match(self.units[0][0]):
            return self.units[0][0]
        return ""

    @property
    def unit(self) -> str:
        """The units in words: EUR, kg, EUR/kg."""
        above = [_powered(name, power) for name, power in self.units if power > 0]
        below = [_powered(name, -power) for name, power in self.units if power < 0]
        return "/".join(["·".join(above) or "1", *below]) if self.units else ""

    @property
    def words(self) -> str:
        """What the value is called in a refusal."""
        if self.currency:
            return f"money in {self.currency}"
        if self.numeric and self.units == DAYS.units:
            return "a length of time in days"
        if self.numeric and self.units:
            return f"a number in {self.unit}"
        if self.percent:
            return "a percentage"
        if self.item is not None:
            return f"a list ({self.item.words})"
        return {
            Kind.NUMBER: "a number",
            Kind.TEXT: "text",
            Kind.YES_NO: "yes or no",
            Kind.DAY: "a day",
            Kind.CHOICE: "a choice",
            Kind.LIST: "a list",
        }[self.kind]


@dataclass(frozen=True, slots=True)
class Missing:
    """There is no value, and why: an input is missing, or it was divided by zero."""

    reason: str

    def __str__(self) -> str:
        return f"no value: {self.reason}"


Scalar = Decimal | str | bool | date
Value = Scalar | tuple[Scalar, ...]

NUMBER = Type(Kind.NUMBER)
PERCENT = Type(Kind.NUMBER, percent=True)
DAYS = Type(Kind.NUMBER, (("days", 1),))
TEXT = Type(Kind.TEXT)
YES_NO = Type(Kind.YES_NO)
DAY = Type(Kind.DAY)


def money(currency: str) -> Type:
    """An amount of this currency."""
    return Type(Kind.NUMBER, ((currency, 1),))


def number(unit: str = "") -> Type:
    """A number counted in `unit`, such as kg or EUR/kg. Pieces are plain numbers."""
    above, *below = unit.replace(" ", "").split("/")
    parts = [(above, 1), *((name, -1) for name in below)]
    return Type(Kind.NUMBER, joined((name, power) for name, power in parts if _counts(name)))


def choice(options: Iterable[tuple[str, str]]) -> Type:
    """One of these (value, label) pairs."""
    return Type(Kind.CHOICE, options=tuple(options))


def list_of(item: Type) -> Type:
    """Several of them."""
    return Type(Kind.LIST, item=item)


def joined(*parts: Iterable[tuple[str, int]]) -> Units:
    """Units multiplied with one another; what cancels out is gone."""
    powers: dict[str, int] = {}
    for units in parts:
        for name, power in units:
            powers[name] = powers.get(name, 0) + power
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def inverse(units: Units) -> Units:
    """One divided by them."""
    return tuple((name, -power) for name, power in units)


def too_many(units: Units) -> str:
    """The unit that stands too often to mean anything: money times money."""
    for name, power in units:
        if abs(power) > (1 if CURRENCY.match(name) else MOST_OF_A_UNIT):
            return name
    return ""


def _counts(name: str) -> bool:
    return name.lower() not in COUNTED and name != "1"


def _powered(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"
