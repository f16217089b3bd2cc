"""What speaks against the days of a launch. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

NEAR = timedelta(days=7)
SATURDAY = 5
LEAD = 20  # working days before a launch in which its team is busy with it


@dataclass(frozen=True, slots=True)
class Slot:
    """A launch on its days: whose, what, and where it goes. Proposed ones are not sure yet."""

    pk: int
    title: str
    day: date
    team: int | None = None
    team_name: str = ""
    markets: frozenset[int] = frozenset()
    last: date | None = None
    categories: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    proposed: bool = False

    @property
    def end(self) -> date:
        return self.last or self.day


@dataclass(frozen=True, slots=True)
class Closed:
    """Days that are closed, everywhere when `market` is None."""

    title: str
    start: date
    end: date
    market: int | None
    market_name: str
    is_blackout: bool
    pk: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """Work of a team due in the `LEAD` working days before a launch, and who there is for it."""

    team_name: str
    work: Decimal
    people: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that speaks against it, in words; `launch` or `closed` is where it comes from."""

    kind: str
    text: str
    launch: int = 0
    closed: int = 0

    def __str__(self) -> str:
        return self.text


def conflicts(
    slot: Slot, others: Iterable[Slot], closed: Sequence[Closed], load: Load | None = None
) -> list[Conflict]:
    """Why these days are bad ones, in words; nothing when no reason is known."""
    found = []
    days = (slot.end - slot.day).days + 1
    if days <= 2 and all((slot.day + timedelta(n)).weekday() >= SATURDAY for n in range(days)):
        found.append(Conflict("weekend", f"It is a {slot.day:%A}."))
    for one in closed:
        if one.start <= slot.end and slot.day <= one.end and _reaches(slot, one.market):
            where = f" in {one.market_name}" if one.market_name else ""
            what = "Blackout" if one.is_blackout else "Public holiday"
            kind = "blackout" if one.is_blackout else "holiday"
            found.append(Conflict(kind, f"{what}{where}: {one.title}.", closed=one.pk))
    for other in others:
        if other.pk != slot.pk:
            found += _beside(slot, other)
    if load is not None and load.people and load.work > load.people * LEAD:
        people = f"{load.people} {'person' if load.people == 1 else 'people'}"
        words = (
            f"{load.team_name} has {load.work.normalize():f} days of work due in the {LEAD} "
            f"working days before it, more than {people} can do."
        )
        found.append(Conflict("capacity", words))
    return found


def _reaches(slot: Slot, market: int | None) -> bool:
    return market is None or market in slot.markets or not slot.markets


def _beside(slot: Slot, other: Slot) -> Iterator[Conflict]:
    """What another launch has against it: the gravest alone."""
    apart = max(other.day - slot.end, slot.day - other.end, timedelta(0))
    if apart >= NEAR:
        return
    title, maybe = f"“{other.title}”", " (proposed)" if other.proposed else ""
    meet = slot.markets & other.markets
    near = meet or not slot.markets or not other.markets
    alike, both = sorted(slot.categories & other.categories), slot.segments & other.segments
    for_others = slot.segments and other.segments and not both
    if slot.team and other.team == slot.team:
        words = f"{slot.team_name} launches {title} within a week of it{maybe}."
        yield Conflict("team", words, launch=other.pk)
    elif both and near:
        words = f"{title} is for {min(both)} too, within a week of it{maybe}."
        yield Conflict("segment", words, launch=other.pk)
    elif not apart and meet:
        words = f"{title} comes to the same market on that day{maybe}."
        yield Conflict("market", words, launch=other.pk)
    elif alike and near and not for_others:
        what = alike[0].rpartition(" > ")[2]
        words = f"{title} brings {what} to the same customers within a week of it{maybe}."
        yield Conflict("category", words, launch=other.pk)
