"""Arrows from what others wait for to what waits, cut into pieces: each row of the page draws its
own, so that they meet however high rows become. Pure arithmetic, in percent of a row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST = 4_000  # pieces of a page; arrows over fewer rows come first
GAP = 0.7  # percent of the width between a bar and the line that leaves or reaches it
MIDDLE = 50.0


@dataclass(frozen=True, slots=True)
class Piece:
    """A straight line within a row; `tip` is the end of its arrow."""

    x1: float
    y1: float
    x2: float
    y2: float
    tip: bool = False


Span = tuple[float, float]


def pieces(
    rows: Sequence[str], bars: Mapping[str, Span], waits: Mapping[str, Sequence[str]]
) -> dict[int, list[Piece]]:
    """What each row draws, by its place. `rows` are keys in order, heads of groups among them;
    `bars` are where bars that can be seen begin and end."""
    place = {key: at for at, key in enumerate(rows) if key in bars}
    pairs = [
        (before, after)
        for after, befores in waits.items()
        for before in befores
        if before in place and after in place and before != after
    ]
    pairs.sort(key=lambda pair: (abs(place[pair[0]] - place[pair[1]]), pair))
    found: dict[int, dict[Piece, None]] = {}
    left = MOST
    for before, after in pairs:
        drawn = _arrow(place[before], place[after], bars[before], bars[after])
        left -= len(drawn)
        if left < 0:
            break
        for at, piece in drawn:
            found.setdefault(at, {})[piece] = None
    return {at: list(every) for at, every in found.items()}


def _arrow(start: int, end: int, one: Span, other: Span) -> list[tuple[int, Piece]]:
    """Out of the bar of a row, along the rows between, into the beginning of another bar."""
    room = other[0] - one[1]
    at = round(one[1] + GAP if room >= 2 * GAP else max(other[0] - 2 * GAP, 0.2), 2)
    leaves = round(min(max(at, one[0]), one[1]), 2)
    down = end > start
    out, into = (MIDDLE, 100.0) if down else (0.0, MIDDLE)
    drawn = [(start, Piece(at, out, at, into))]
    if leaves != at:
        drawn.append((start, Piece(leaves, MIDDLE, at, MIDDLE)))
    between = range(min(start, end) + 1, max(start, end))
    drawn += [(row, Piece(at, 0.0, at, 100.0)) for row in between]
    reaches, ends = (0.0, MIDDLE) if down else (MIDDLE, 100.0)
    drawn.append((end, Piece(at, reaches, at, ends)))
    drawn.append((end, Piece(at, MIDDLE, round(other[0], 2), MIDDLE, tip=True)))
    return drawn
