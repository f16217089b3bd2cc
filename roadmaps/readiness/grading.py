"""How right forecasts were. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from roadmaps.readiness.workdays import days_between

EXPECTED = Decimal("0.85")
ENOUGH = 10
BANDS = 5  # of twenty points of likelihood each


@dataclass(frozen=True, slots=True)
class Grade:
    """`error` is how many working days it was ready after the likely day; before it, below zero."""

    error: int
    inside: bool


def graded(actual: date, likely: date, sure: date, off: Collection[date] = ()) -> Grade:
    """Hold a forecast against the day it turned out to be."""
    if actual >= likely:
        error = max(days_between(likely, actual, off) - 1, 0)
    else:
        error = -max(days_between(actual, likely, off) - 1, 0)
    return Grade(error, actual <= sure)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Of how many launches the day given with 85 % held."""

    launches: int
    inside: int

    @property
    def enough(self) -> bool:
        return self.launches >= ENOUGH

    @property
    def missing(self) -> int:
        return max(ENOUGH - self.launches, 0)

    @property
    def share(self) -> Decimal | None:
        return Decimal(self.inside) / self.launches if self.launches else None

    @property
    def percent(self) -> Decimal | None:
        return None if self.share is None else 100 * self.share


@dataclass(frozen=True, slots=True)
class Band:
    """Launches of which about as much was said: how likely their day was, and how many made it."""

    launches: int
    said: Decimal
    came: Decimal


@dataclass(frozen=True, slots=True)
class Reliability:
    """What came of the likelihoods: 0 is always right, 0.25 what one who always says half gets."""

    launches: int
    brier: Decimal
    bands: tuple[Band, ...]


def reliability(pairs: Sequence[tuple[Decimal, bool]]) -> Reliability | None:
    """From how likely each planned day was said to be, and whether it was made."""
    if not pairs:
        return None
    bands: dict[int, list[tuple[Decimal, bool]]] = {}
    for chance, made in pairs:
        bands.setdefault(min(int(chance * BANDS), BANDS - 1), []).append((chance, made))
    return Reliability(
        len(pairs),
        sum(((chance - made) ** 2 for chance, made in pairs), Decimal(0)) / len(pairs),
        tuple(
            Band(
                len(rows),
                sum((chance for chance, _ in rows), Decimal(0)) / len(rows),
                Decimal(sum(made for _, made in rows)) / len(rows),
            )
            for _, rows in sorted(bands.items())
        ),
    )


def calibration(held: Sequence[bool]) -> Calibration:
    """From whether each launch was ready by the day its forecast gave with 85 %."""
    return Calibration(len(held), sum(held))
