"""How far raters lie apart: the median, the ends, and who stands alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

FAR = Decimal("0.25")  # of the scale, or of the median where the scale has no end
Span = tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True, slots=True)
class Spread:
    """What several people gave for one input. `far` are those who stand alone, by their key.

    `apart` is the distance between the ends as a share of the scale; where the scale has no upper
    end, as a share of the median. Somebody stands alone who is more than a quarter of that away
    from the median.
    """

    median: Decimal
    low: Decimal
    high: Decimal
    apart: Decimal
    far: frozenset[int]

    @property
    def agreed(self) -> bool:
        """Whether nobody stands alone."""
        return not self.far


def spread_of(values: Mapping[int, Decimal], span: Span = (None, None)) -> Spread | None:
    """The spread of {rater: value}; None of nothing."""
    if not values:
        return None
    middle = Decimal(median(values.values()))
    low, high = min(values.values()), max(values.values())
    least, most = span
    scale = most - (least or Decimal(0)) if most is not None else abs(middle)
    if not scale:
        scale = max(abs(low), abs(high)) or Decimal(1)
    far = frozenset(key for key, one in values.items() if abs(one - middle) > FAR * scale)
    return Spread(middle, low, high, (high - low) / scale, far)
