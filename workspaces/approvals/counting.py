"""What the answers so far amount to. Pure arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass

OPEN, YES, NO, NOT_YET = "open", "yes", "no", "not yet"


@dataclass(frozen=True, slots=True)
class Counted:
    """A step: its place, how many must say yes, how many are asked, and what they said."""

    place: int
    needed: int
    asked: int
    yes: int
    no: int

    @property
    def outcome(self) -> str:
        """YES once enough said so, NO once enough cannot be reached any more, else OPEN."""
        if self.yes >= self.needed:
            return YES
        return NO if self.no > self.asked - self.needed else OPEN


def outcomes(steps: Sequence[Counted]) -> list[str]:
    """Each step's outcome; those behind an unfinished place are NOT_YET."""
    unfinished = [step.place for step in steps if step.outcome != YES]
    turn = min(unfinished, default=0)
    return [
        NOT_YET if step.place > turn and step.outcome != YES else step.outcome for step in steps
    ]


def verdict_of(steps: Sequence[Counted]) -> str:
    """The whole: NO as soon as one step is, YES when all are, else OPEN."""
    found = {step.outcome for step in steps}
    if NO in found:
        return NO
    return YES if found == {YES} else OPEN
