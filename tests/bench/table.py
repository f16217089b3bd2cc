"""What `make bench` prints: each figure beside its floor, its ratio, its goal and the verdict."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

WIDTHS = (5, 46, 14, 14, 8, 8, 8, 8, 9)
TOLERANCE = 1.15  # noise of a shared machine; a miss by less is still a miss, said as “near”


@dataclass(slots=True)
class Line:
    """One goal. `ratio` may be given where it is not figure ÷ floor.

    `cpu` is the ratio of CPU a request, which others on the machine hardly disturb; `foreign` the
    share of the machine they used; `why` says what the rest is spent on where the goal is missed.
    """

    goal: str
    what: str
    figure: float
    floor: float | None
    limit: float
    unit: str = "ms"
    ratio: float | None = None
    at_least: bool = False
    cpu: float | None = None
    foreign: float | None = None
    why: str = ""

    @property
    def value(self) -> float:
        """What is held against the limit."""
        if self.ratio is not None:
            return self.ratio
        return self.figure / self.floor if self.floor else self.figure

    @property
    def over(self) -> float:
        """How many times the limit this is; up to 1 is reached."""
        if self.at_least:
            return self.limit / self.value if self.value else float("inf")
        return self.value / self.limit

    @property
    def verdict(self) -> str:
        """reached, near (within the noise) or missed."""
        return "reached" if self.over <= 1 else "near" if self.over <= TOLERANCE else "MISSED"


@dataclass(slots=True)
class Table:
    """Prints as it grows, so that a long run shows where it is."""

    lines: list[Line] = field(default_factory=list)
    unmeasured: list[str] = field(default_factory=list)

    def head(self) -> None:
        """The names of the columns."""
        heads = ("goal", "what", "figure", "floor", "ratio", "limit", "cpu", "foreign", "verdict")
        self._print(*heads)
        print("-" * (sum(WIDTHS) + len(WIDTHS)))

    def add(self, line: Line) -> None:
        """One more figure."""
        self.lines.append(line)
        sign = "≥" if line.at_least else "≤"
        self._print(
            line.goal,
            line.what,
            f"{line.figure:,.2f} {line.unit}",
            "" if line.floor is None else f"{line.floor:,.2f} {line.unit}",
            f"{line.value:,.2f}",
            f"{sign} {line.limit:.3g}",
            "" if line.cpu is None else f"{line.cpu:.2f}",
            "" if line.foreign is None else f"{line.foreign:.0%}",
            line.verdict,
        )
        if line.verdict != "reached":
            print(f"      {line.over:.2f} times the limit. {line.why}".rstrip(), flush=True)

    @contextmanager
    def part(self, goal: str, what: str) -> Iterator[None]:
        """Measures of one kind: where they fail, the table says so and goes on."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 — the figures after it are worth having
            traceback.print_exc()
            self.unmeasured.append(what)
            reason = f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]
            print(f"{goal:5} {what}: not measured: {reason}", flush=True)

    def close(self) -> None:
        """What was missed, in one line, and how to read the columns."""
        missed = [line.goal or line.what for line in self.lines if line.verdict == "MISSED"]
        said = ", ".join(dict.fromkeys(missed)) or "nothing"
        print(f"\n{len(self.lines)} figures; missed: {said}.")
        if self.unmeasured:
            print(f"Not measured: {', '.join(self.unmeasured)}.")
        print(
            "cpu: CPU of a request over the floor's, which a busy machine hardly changes. "
            "foreign: the share of the machine that others used; above 10 % a figure is noisy."
        )

    @staticmethod
    def _print(*cells: str) -> None:
        print(
            " ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)),
            flush=True,
        )
