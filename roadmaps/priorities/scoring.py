"""Working scores out: the number, its range, its place among others, and why. Pure arithmetic."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from itertools import product
from typing import Any

from core.errors import Refused
from core.expressions import NUMBER, Expression, Missing, check, evaluate, filled_in, parse
from core.expressions.nodes import Name, Node

MOST_NAMES, MOST_UNCERTAIN = 12, 6
UNIT, LARGEST = Decimal("0.000001"), Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class Range:
    """A number somebody gave, and between what they think it lies."""

    low: Decimal
    likely: Decimal
    high: Decimal

    @property
    def certain(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Outcome:
    """A score between two others, or why there is none; `filled` is its formula with numbers."""

    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    missing: str
    filled: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a score stands: its rank, the best and worst it could be, and its percentile."""

    rank: int
    best: int
    worst: int
    percentile: Decimal


def names_in(text: str) -> list[str]:
    """The names of a formula, each once, as they come. Raises ExpressionError."""
    found: list[str] = []
    waiting: list[Any] = [parse(text)]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Name):
            found.append(here.name)
        elif isinstance(here, tuple):
            waiting.extend(reversed(here))
        elif isinstance(here, Node):
            waiting.extend(reversed([getattr(here, one.name) for one in fields(here)]))
    return list(dict.fromkeys(found))


def read(text: str) -> Expression:
    """A formula over plain numbers whose value is one. Raises Refused in words."""
    names = names_in(text)
    if not names:
        raise Refused("A score is worked out from something: name at least one input.")
    if len(names) > MOST_NAMES:
        raise Refused(f"A score is worked out from at most {MOST_NAMES} inputs.")
    expression = check(text, dict.fromkeys(names, NUMBER))
    if not expression.type.plain:
        raise Refused(f"A score is a number; this formula gives {expression.type.words}.")
    return expression


def work_out(expression: Expression, given: Mapping[str, Range]) -> Outcome:
    """The score of these inputs, and the least and most it is between their extremes.

    All corners of what is uncertain are tried, up to six inputs; the others stay as likely.
    """
    likely = {name: one.likely for name, one in given.items()}
    words = filled_in(expression, likely).replace("*", "×").replace("/", "÷")
    value = _number(evaluate(expression, likely))
    if isinstance(value, Missing):
        return Outcome(None, None, None, str(value.reason)[:200], words)
    loose = [name for name in sorted(expression.names) if name in given and not given[name].certain]
    found = [value]
    for corner in product(("low", "high"), repeat=len(loose[:MOST_UNCERTAIN])):
        held = {name: getattr(given[name], end) for name, end in zip(loose, corner, strict=False)}
        other = _number(evaluate(expression, likely | held))
        if isinstance(other, Missing):
            return Outcome(value, None, None, "", words)
        found.append(other)
    return Outcome(value, min(found), max(found), "", words)


def _number(found: Any) -> Decimal | Missing:
    if isinstance(found, Missing):
        return found
    if not isinstance(found, Decimal) or abs(found) > LARGEST:
        return Missing("the number is too large")
    return found.quantize(UNIT)


def places(scores: Mapping[int, Outcome]) -> dict[int, Place]:
    """The place of each score among those there are; equal scores share one.

    An item's best rank counts only what is surely above it: whose least is more than its most.
    Its percentile is the share of the others below it, halves for those that are equal.
    """
    known = {pk: one for pk, one in scores.items() if one.value is not None}
    values = sorted(one.value for one in known.values())  # type: ignore[type-var]
    lows = sorted(_low(one) for one in known.values())
    highs = sorted(_high(one) for one in known.values())
    many = len(values)
    found = {}
    for pk, one in known.items():
        below, upto = bisect_left(values, one.value), bisect_right(values, one.value)  # type: ignore[type-var]
        surely = many - bisect_right(lows, _high(one))
        perhaps = many - bisect_right(highs, _low(one)) - (_high(one) > _low(one))
        equal = upto - below - 1
        others = max(many - 1, 1)
        share = (Decimal(below) + Decimal(equal) / 2) * 100 / others if many > 1 else Decimal(100)
        found[pk] = Place(many - upto + 1, surely + 1, perhaps + 1, share.quantize(Decimal("0.01")))
    return found


def _low(one: Outcome) -> Decimal:
    return one.low if one.low is not None else one.value  # type: ignore[return-value]


def _high(one: Outcome) -> Decimal:
    return one.high if one.high is not None else one.value  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Reason:
    """What one input does to the difference: the upper one's score if it had the lower one's."""

    name: str
    mine: Decimal
    theirs: Decimal
    score: Decimal | None


def reasons(
    expression: Expression, above: Mapping[str, Range], below: Mapping[str, Range]
) -> list[Reason]:
    """Each input in which two items differ, what counts most first."""
    mine = {name: one.likely for name, one in above.items()}
    theirs = {name: one.likely for name, one in below.items()}
    base = _number(evaluate(expression, mine))
    found: list[tuple[Decimal, Reason]] = []
    for name in sorted(expression.names):
        if name not in mine or name not in theirs or mine[name] == theirs[name]:
            continue
        other = _number(evaluate(expression, mine | {name: theirs[name]}))
        score = None if isinstance(other, Missing) else other
        known = score is not None and not isinstance(base, Missing)
        weight = abs(base - score) if known else Decimal(0)  # type: ignore[operator]
        found.append((weight, Reason(name, mine[name], theirs[name], score)))
    return [one for _, one in sorted(found, key=lambda pair: (-pair[0], pair[1].name))]
