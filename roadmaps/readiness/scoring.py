"""A readiness score and where every point of it went. Pure arithmetic.

`score = 100 · Σ w·s ÷ Σ w`, capped while a hard gate is red. The points lost, rounded together,
add up with the score to exactly 100.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

CENT, HUNDRED = Decimal("0.01"), Decimal(100)


@dataclass(frozen=True, slots=True)
class Area:
    """One thing that has to be so: how much it counts, and how far it is, from 0 to 1."""

    key: str
    weight: Decimal
    done: Decimal


@dataclass(frozen=True, slots=True)
class Outcome:
    """The score; by area the points it has and those it lost, and what the cap took besides."""

    score: Decimal
    points: dict[str, Decimal]
    lost: dict[str, Decimal]
    capped: Decimal


def readiness(areas: Sequence[Area], *, red: bool, cap: Decimal) -> Outcome:
    """The score of these areas; `red` while some hard gate is.

    Without any weight nothing is known, and the score is 0: it all counts as capped.
    """
    total = sum((Fraction(one.weight) for one in areas), Fraction(0))
    if not total:
        nothing = {one.key: Decimal("0.00") for one in areas}
        return Outcome(Decimal("0.00"), nothing, nothing, HUNDRED)
    exact = {one.key: 100 * Fraction(one.weight) * (1 - _share(one)) / total for one in areas}
    open_score = 100 - sum(exact.values(), Fraction(0))
    score = min(open_score, Fraction(cap)) if red else open_score
    rounded = _cents(score)
    parts = _together([*exact.values(), open_score - score], HUNDRED - rounded)
    earned = [100 * Fraction(one.weight) * _share(one) / total for one in areas]
    points = _together(earned, rounded + parts[-1])
    return Outcome(
        rounded,
        dict(zip(exact, points, strict=True)),
        dict(zip(exact, parts, strict=False)),
        parts[-1],
    )


def _share(area: Area) -> Fraction:
    return min(max(Fraction(area.done), Fraction(0)), Fraction(1))


def _cents(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(CENT, ROUND_HALF_UP)


def _together(parts: Sequence[Fraction], total: Decimal) -> list[Decimal]:
    """The parts in cents whose sum is `total`: the largest remainders are rounded up.

    A part of nothing stays nothing, unless there is no other.
    """
    floors = [int(part * 100) for part in parts]
    left = int(total * 100) - sum(floors)
    by_rest = sorted(range(len(parts)), key=lambda i: (not parts[i], floors[i] - parts[i] * 100, i))
    for place in by_rest[:left] if left > 0 else ():
        floors[place] += 1
    if left < 0:  # the score was rounded up past what the floors leave
        largest = max(range(len(parts)), key=lambda i: floors[i])
        floors[largest] += left
    return [Decimal(one) * CENT for one in floors]
