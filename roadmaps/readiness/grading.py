"""How right forecasts were. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from roadmaps.readiness.workdays import days_between

EXPECTED = Decimal("0.85")
ENOUGH = 10


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


def calibration(held: Sequence[bool]) -> Calibration:
    """From whether each launch was ready by the day its forecast gave with 85 %."""
    return Calibration(len(held), sum(held))
