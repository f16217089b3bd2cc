"""The meanings of a workspace in memory, and which of them are nearest. Exact, no index to tune.

Directions are kept as whole numbers from -127 to 127: a quarter of the memory, and the similarity
differs by less than 0.005. 100,000 of them take 38 MB.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from workspaces.search.model import DIMENSIONS

SCALE = 127
BLOCK = 8_192  # rows turned into floats at a time, so that a scan stays in the processor's cache

Row = tuple[int, str, int, bytes]  # the entry's id, its kind, its record's id, its direction
Near = tuple[str, int, float]  # kind, record's id, cosine


def packed(direction: Any) -> bytes:
    """A direction as it is stored."""
    return bytes(np.rint(np.asarray(direction) * SCALE).astype(np.int8).tobytes())


def unpacked(stored: bytes) -> Any:
    """A stored direction as numbers of length one."""
    numbers = np.frombuffer(stored, dtype=np.int8).astype(np.float32)
    return numbers / max(float(np.linalg.norm(numbers)), 1e-12)


class Neighbours:
    """All meanings of one workspace. Rows that come again take their old place."""

    def __init__(self) -> None:
        self._numbers = np.zeros((1_024, DIMENSIONS), dtype=np.int8)
        self._kinds = np.zeros(1_024, dtype=np.int16)
        self._records = np.zeros(1_024, dtype=np.int64)
        self._places: dict[int, int] = {}
        self._codes: dict[str, int] = {}
        self._names: list[str] = []

    def __len__(self) -> int:
        return len(self._places)

    def put(self, rows: Iterable[Row]) -> None:
        """Add these rows, or put them in the place of what was known of the same entries."""
        for entry, kind, record, stored in rows:
            if len(stored) != DIMENSIONS:
                continue
            place = self._places.setdefault(entry, len(self._places))
            if place >= len(self._numbers):
                self._grow()
            self._numbers[place] = np.frombuffer(stored, dtype=np.int8)
            self._kinds[place] = self._code(kind)
            self._records[place] = record

    def nearest(self, direction: Any, kinds: Sequence[str], most: int) -> list[Near]:
        """The records of these kinds that mean most nearly the same, nearest first."""
        known = len(self)
        if not known:
            return []
        wanted = np.array([self._codes[k] for k in kinds if k in self._codes], dtype=np.int16)
        query = np.asarray(direction, dtype=np.float32) / SCALE
        likeness = np.empty(known, dtype=np.float32)
        for start in range(0, known, BLOCK):
            block = self._numbers[start : min(start + BLOCK, known)]
            np.dot(block.astype(np.float32), query, out=likeness[start : start + len(block)])
        likeness[~np.isin(self._kinds[:known], wanted)] = -1
        most = min(most, known)
        best = np.argpartition(-likeness, most - 1)[:most]
        best = best[np.argsort(-likeness[best], kind="stable")]
        return [
            (self._names[self._kinds[at]], int(self._records[at]), float(likeness[at]))
            for at in best
            if likeness[at] > -1
        ]

    def _code(self, kind: str) -> int:
        if kind not in self._codes:
            self._codes[kind] = len(self._names)
            self._names.append(kind)
        return self._codes[kind]

    def _grow(self) -> None:
        size = len(self._numbers)
        self._numbers = np.concatenate([self._numbers, np.zeros_like(self._numbers)])
        self._kinds = np.concatenate([self._kinds, np.zeros(size, dtype=np.int16)])
        self._records = np.concatenate([self._records, np.zeros(size, dtype=np.int64)])
