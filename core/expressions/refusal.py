"""The one thing that is raised about a formula: where it is wrong, and what to do."""

from dataclasses import dataclass

from core.errors import Refused


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in a text, counted from one as people count."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.line}:{self.column}"


START = Place(1, 1)


class ExpressionError(Refused):
    """A formula that is not taken. The message begins with the place and ends with the remedy."""

    def __init__(self, place: Place, fault: str, remedy: str) -> None:
        super().__init__(f"{place}: {fault} {remedy}")
        self.place, self.fault, self.remedy = place, fault, remedy
