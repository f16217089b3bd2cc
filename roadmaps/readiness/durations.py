"""How long a task takes: from three points, and from how long others took. Pure.

Three points are the PERT distribution, whose mean is (low + 4 · likely + high) ÷ 6. It stands here
as equally likely values, so that drawing is choosing one. Own history is the share of its estimate
that each finished task took; below ten of them the estimate keeps its part.
"""

from collections.abc import Sequence
from functools import lru_cache

POINTS = 400
ENOUGH = 10
_GRID = 2_000


def durations(
    low: float, likely: float, high: float, ratios: Sequence[float] = ()
) -> tuple[float, ...]:
    """Equally likely durations of a task, in the unit of the points, the shortest first."""
    estimated = three_points(low, likely, high)
    if not ratios:
        return estimated
    mean = (low + 4 * likely + high) / 6
    kept = round(POINTS * min(len(ratios), ENOUGH) / ENOUGH)
    own = sorted(mean * one for one in ratios)
    seen = [own[int((each + 0.5) * len(own) / kept)] for each in range(kept)]
    rest = POINTS - kept
    thinned = [estimated[int((each + 0.5) * POINTS / rest)] for each in range(rest)]
    return tuple(sorted([*seen, *thinned]))


def three_points(low: float, likely: float, high: float) -> tuple[float, ...]:
    """The PERT distribution as equally likely values; points that are one are certain."""
    width = high - low
    if width <= 0:
        return (likely,)
    return tuple(low + width * one for one in _standard(round((likely - low) / width, 3)))


@lru_cache(maxsize=512)
def _standard(peak: float) -> tuple[float, ...]:
    """Quantiles of the beta distribution on 0–1 with this mode and 6 for both its shapes."""
    rising, falling = 4 * peak, 4 * (1 - peak)
    mids = [(each + 0.5) / _GRID for each in range(_GRID)]
    dense = [x**rising * (1 - x) ** falling for x in mids]
    total = sum(dense)
    found: list[float] = []
    reached = 0.0
    for place, weight in enumerate(dense):
        share = weight / total
        while len(found) < POINTS and reached + share >= (len(found) + 0.5) / POINTS:
            within = ((len(found) + 0.5) / POINTS - reached) / share
            found.append((place + within) / _GRID)
        reached += share
    return tuple(found + [1.0] * (POINTS - len(found)))
