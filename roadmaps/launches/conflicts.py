"""What speaks against the day of a launch. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

NEAR = timedelta(days=7)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Slot:
    """A launch on its day: whose, and where it goes."""

    pk: int
    title: str
    day: date
    team: int | None = None
    team_name: str = ""
    markets: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Closed:
    """Days that are closed, everywhere when `market` is None."""

    title: str
    start: date
    end: date
    market: int | None
    market_name: str
    is_blackout: bool


def conflicts(slot: Slot, others: Iterable[Slot], closed: Sequence[Closed]) -> list[str]:
    """Why this day is a bad one, in words; nothing when none is known."""
    found = []
    if slot.day.weekday() >= SATURDAY:
        found.append(f"It is a {slot.day:%A}.")
    for one in closed:
        if one.start <= slot.day <= one.end and (
            one.market is None or one.market in slot.markets or not slot.markets
        ):
            where = f" in {one.market_name}" if one.market_name else ""
            what = "Blackout" if one.is_blackout else "Public holiday"
            found.append(f"{what}{where}: {one.title}.")
    for other in others:
        if other.pk == slot.pk:
            continue
        if slot.team and other.team == slot.team and abs(other.day - slot.day) < NEAR:
            found.append(f"{slot.team_name} launches “{other.title}” within a week of it.")
        elif other.day == slot.day and (slot.markets & other.markets):
            found.append(f"“{other.title}” comes to the same market on that day.")
    return found
