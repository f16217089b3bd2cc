"""Three-point estimates in person-weeks. Pure arithmetic.

PERT: the mean is (low + 4 · likely + high) ÷ 6, the standard deviation (high − low) ÷ 6; means of
independent estimates add up, and so do the squares of their deviations.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Effort:
    """So many person-weeks, give or take."""

    mean: Decimal
    deviation: Decimal


def pert(low: Decimal, likely: Decimal, high: Decimal) -> Effort:
    """The effort three points stand for."""
    return Effort((low + 4 * likely + high) / 6, (high - low) / 6)


def together(efforts: Iterable[Effort]) -> Effort:
    """All of them, taken as independent."""
    known = list(efforts)
    variance = sum((one.deviation**2 for one in known), Decimal(0))
    return Effort(sum((one.mean for one in known), Decimal(0)), variance.sqrt())
