"""The functions of the language: what each takes and what type comes out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from core.expressions.refusal import ExpressionError, Place
from core.expressions.types import DAY, DAYS, NUMBER, TEXT, YES_NO, Kind, Type

Given = Sequence[tuple[Place, Type]]
MANY = 100


@dataclass(frozen=True, slots=True)
class Function:
    """How many values it takes, as it is written, and the type it gives."""

    least: int
    most: int
    form: str
    gives: Callable[[Given], Type]


def result_of(name: str, place: Place, given: Given) -> Type:
    """The type a call gives. Raises ExpressionError for a call that cannot be."""
    function = FUNCTIONS.get(name)
    if function is None:
        near = get_close_matches(name, FUNCTIONS, 1)
        known = ", ".join(sorted(FUNCTIONS))
        remedy = f"Did you mean “{near[0]}”?" if near else f"Known functions: {known}."
        raise ExpressionError(place, f"There is no function “{name[:60]}”.", remedy)
    if not function.least <= len(given) <= function.most:
        fault = f"“{name}” does not take {len(given)} value{'' if len(given) == 1 else 's'}."
        raise ExpressionError(place, fault, f"Write {function.form}.")
    return function.gives(given)


def _need(given: Given, index: int, fits: bool, wanted: str) -> None:
    if not fits:
        place, found = given[index]
        raise ExpressionError(place, f"This is {found.words}.", f"Give {wanted} here.")


def _numeric(given: Given) -> Type:
    """One number; the unit stays."""
    _need(given, 0, given[0][1].numeric, "a number")
    return given[0][1]


def _rounded(given: Given) -> Type:
    if len(given) > 1:
        _need(given, 1, given[1][1].plain, "the number of decimals")
    return _numeric(given)


def _plain(given: Given) -> Type:
    """Numbers without units, and so the result."""
    for index, (_, found) in enumerate(given):
        _need(given, index, found.plain, "a plain number; divide by its unit first, as in / 1 EUR")
    return NUMBER


def _same(given: Given, first: int = 0) -> Type:
    """What all these values are; percentages beside numbers are numbers."""
    found = given[first][1]
    for index in range(first + 1, len(given)):
        other = given[index][1]
        fits = other.kind is found.kind and other.units == found.units
        texts = {found.kind, other.kind} == {Kind.TEXT, Kind.CHOICE}
        _need(given, index, fits or texts, f"{found.words}, as before")
        if texts or (found.kind is Kind.CHOICE and found.options != other.options):
            found = TEXT
        elif found.percent != other.percent:
            found = Type(Kind.NUMBER, found.units)
    return found


def _extreme(given: Given) -> Type:
    """Several numbers or days, or one list of them."""
    if len(given) == 1:
        item = given[0][1].item
        _need(given, 0, item is not None and item.numeric, "a list of numbers, or several values")
        return item or NUMBER
    kind = given[0][1].kind
    _need(given, 0, kind in (Kind.NUMBER, Kind.DAY), "a number or a day")
    return _same(given)


def _summed(given: Given) -> Type:
    if len(given) > 1:
        _need(given, 0, given[0][1].numeric, "a number")
        return _same(given)
    item = given[0][1].item
    _need(given, 0, item is not None and item.numeric, "a list of numbers, or several values")
    return item or NUMBER


def _if(given: Given) -> Type:
    _need(given, 0, given[0][1].kind is Kind.YES_NO, "yes or no")
    return _same(given, 1)


def _days(given: Given) -> Type:
    if len(given) == 2:
        for index, (_, found) in enumerate(given):
            _need(given, index, found.kind is Kind.DAY, "a day")
        return NUMBER
    _need(given, 0, given[0][1].plain, "a plain number, or two days")
    return DAYS


def _day(given: Given) -> Type:
    _need(given, 0, given[0][1].kind is Kind.TEXT, 'a day in quotes, such as "2026-03-01"')
    return DAY


def _texts(given: Given) -> Type:
    for index, (_, found) in enumerate(given):
        _need(given, index, found.kind is not Kind.LIST, "a single value")
    return TEXT


def _worded(given: Given) -> Type:
    _need(given, 0, given[0][1].kind in (Kind.TEXT, Kind.CHOICE), "text")
    return TEXT


def _contains(given: Given) -> Type:
    holder = given[0][1].kind
    _need(given, 0, holder in (Kind.TEXT, Kind.CHOICE, Kind.LIST), "text or a list")
    _need(given, 1, given[1][1].kind in (Kind.TEXT, Kind.CHOICE), "text")
    return YES_NO


def _length(given: Given) -> Type:
    _need(given, 0, given[0][1].kind in (Kind.TEXT, Kind.CHOICE, Kind.LIST), "text or a list")
    return NUMBER


FUNCTIONS = {
    "min": Function(1, MANY, "min(a, b, …)", _extreme),
    "max": Function(1, MANY, "max(a, b, …)", _extreme),
    "abs": Function(1, 1, "abs(number)", _numeric),
    "round": Function(1, 2, "round(number, decimals)", _rounded),
    "sqrt": Function(1, 1, "sqrt(number)", _plain),
    "log": Function(1, 2, "log(number) or log(number, base)", _plain),
    "exp": Function(1, 1, "exp(number)", _plain),
    "if": Function(3, 3, "if(condition, then, otherwise)", _if),
    "coalesce": Function(1, MANY, "coalesce(a, b, …)", _same),
    "days": Function(1, 2, "days(number) or days(from, to)", _days),
    "day": Function(1, 1, 'day("2026-03-01")', _day),
    "today": Function(0, 0, "today()", lambda given: DAY),
    "concat": Function(1, MANY, "concat(a, b, …)", _texts),
    "contains": Function(2, 2, "contains(text, part)", _contains),
    "lower": Function(1, 1, "lower(text)", _worded),
    "upper": Function(1, 1, "upper(text)", _worded),
    "sum": Function(1, MANY, "sum(a, b, …)", _summed),
    "count": Function(1, MANY, "count(a, b, …)", lambda given: NUMBER),
    "len": Function(1, 1, "len(text)", _length),
}
