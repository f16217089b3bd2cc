"""What `make bench` prints: each figure beside its floor, its ratio, its goal and the verdict."""

from dataclasses import dataclass, field

WIDTHS = (5, 46, 12, 12, 9, 9, 8)
TOLERANCE = 1.15  # noise of a shared machine; a miss by less is still a miss, said as “near”


@dataclass(slots=True)
class Line:
    """One goal. `ratio` may be given where it is not figure ÷ floor."""

    goal: str
    what: str
    figure: float
    floor: float | None
    limit: float
    unit: str = "ms"
    ratio: float | None = None
    at_least: bool = False

    @property
    def value(self) -> float:
        """What is held against the limit."""
        if self.ratio is not None:
            return self.ratio
        return self.figure / self.floor if self.floor else self.figure

    @property
    def verdict(self) -> str:
        """reached, near (within the noise) or missed."""
        over = self.limit / self.value if self.at_least and self.value else self.value / self.limit
        return "reached" if over <= 1 else "near" if over <= TOLERANCE else "MISSED"


@dataclass(slots=True)
class Table:
    """Prints as it grows, so that a long run shows where it is."""

    lines: list[Line] = field(default_factory=list)

    def head(self) -> None:
        """The names of the columns."""
        self._print("goal", "what", "figure", "floor", "ratio", "limit", "verdict")
        print("-" * (sum(WIDTHS) + len(WIDTHS)))

    def add(self, line: Line) -> None:
        """One more figure."""
        self.lines.append(line)
        floor = "" if line.floor is None else f"{line.floor:,.2f} {line.unit}"
        sign = "≥" if line.at_least else "≤"
        self._print(
            line.goal,
            line.what,
            f"{line.figure:,.2f} {line.unit}",
            floor,
            f"{line.value:,.2f}",
            f"{sign} {line.limit:g}",
            line.verdict,
        )

    def close(self) -> None:
        """What was missed, in one line."""
        missed = [line.goal for line in self.lines if line.verdict == "MISSED"]
        said = ", ".join(dict.fromkeys(missed)) or "nothing"
        print(f"\n{len(self.lines)} figures; missed: {said}.")

    @staticmethod
    def _print(*cells: str) -> None:
        print(
            " ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)),
            flush=True,
        )
