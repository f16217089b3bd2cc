"""What moves when an item moves, and which items leave no room. Pure arithmetic over whole days.

Days are numbers; a bar lasts from `start` up to, not including, `end`. A bond says that one day of
`after` comes no earlier than one day of `before` plus a lag: FS its start after the end, SS start
after start, FF end after end, SF end after start. A bar that is pushed keeps its length. Nothing is
pulled: an item that moves earlier leaves its followers where they are.

The gap of a bond is by how many days it is kept more than it has to be. If `before` slips by d
days, `after` is pushed by d less the gap, which may repair a bond that was broken already.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Bar:
    """When an item is planned."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start

    def later(self, days: int) -> "Bar":
        return Bar(self.start + days, self.end + days)


@dataclass(frozen=True, slots=True)
class Bond:
    """`after` waits for `before`."""

    before: int
    after: int
    type: str = "FS"
    lag: int = 0

    def gap(self, before: Bar, after: Bar) -> int:
        """Days to spare; below zero the bond is broken."""
        held = before.start if self.type[0] == "S" else before.end
        kept = after.start if self.type[1] == "S" else after.end
        return kept - held - self.lag


@dataclass
class Plan:
    """Bars by id and the bonds between them. Bonds of items without a bar are left out.

    The bonds make no circle; `Dependency` refuses those.
    """

    bars: Mapping[int, Bar]
    bonds: Iterable[Bond] = ()
    following: dict[int, list[Bond]] = field(init=False)
    preceding: dict[int, list[Bond]] = field(init=False)

    def __post_init__(self) -> None:
        self.following = {one: [] for one in self.bars}
        self.preceding = {one: [] for one in self.bars}
        for bond in self.bonds:
            if bond.before in self.bars and bond.after in self.bars:
                self.following[bond.before].append(bond)
                self.preceding[bond.after].append(bond)

    @cached_property
    def order(self) -> list[int]:
        """Every item that is bound, each after those it waits for."""
        bound = (one for one in self.bars if self.preceding[one] or self.following[one])
        left = {one: len(self.preceding[one]) for one in bound}
        ready = sorted(one for one, many in left.items() if not many)
        found = []
        while ready:
            here = ready.pop()
            found.append(here)
            for bond in self.following[here]:
                left[bond.after] -= 1
                if not left[bond.after]:
                    ready.append(bond.after)
        return found

    def pushed(self, moved: Mapping[int, Bar]) -> dict[int, int]:
        """By how many days which followers move when these items take these bars."""
        bars = dict(self.bars) | dict(moved)
        shifts: dict[int, int] = {}
        waiting = set(moved)
        for one in self.order:
            if one not in waiting:
                continue
            for bond in self.following[one]:
                if bond.after in moved:
                    continue
                short = -bond.gap(bars[one], bars[bond.after])
                if short > 0:
                    bars[bond.after] = bars[bond.after].later(short)
                    shifts[bond.after] = shifts.get(bond.after, 0) + short
                    waiting.add(bond.after)
        return shifts

    def slack_before(self, item: int) -> dict[int, int]:
        """How many days each item before this one may slip until this one is pushed."""
        room = {item: 0}
        for one in reversed(self.order):
            ways = [
                max(0, self.gap(bond) + room[bond.after])
                for bond in self.following[one]
                if bond.after in room
            ]
            if ways and one != item:
                room[one] = min(ways)
        del room[item]
        return room

    def chain_before(self, item: int) -> list[int]:
        """The tightest chain that ends with this item, first one first; each with the least gap."""
        chain = [item]
        while bonds := self.preceding.get(chain[-1]):
            tightest = min(bonds, key=lambda bond: (max(0, self.gap(bond)), bond.before))
            chain.append(tightest.before)
        return chain[::-1]

    @cached_property
    def broken(self) -> set[int]:
        """The items that come earlier than what they wait for allows."""
        every = (bond for bonds in self.following.values() for bond in bonds)
        return {bond.after for bond in every if self.gap(bond) < 0}

    @cached_property
    def floats(self) -> dict[int, int]:
        """How many days each bound item may slip until the last day of all it is bound to moves."""
        last = {
            one: max(self.bars[each].end for each in group)
            for group in self._groups
            for one in group
        }
        room: dict[int, int] = {}
        for one in reversed(self.order):
            ways = [max(0, self.gap(bond) + room[bond.after]) for bond in self.following[one]]
            room[one] = min([last[one] - self.bars[one].end, *ways])
        return room

    @cached_property
    def critical(self) -> set[int]:
        """The items of which any slip moves the last day of all they are bound to."""
        return {one for one, room in self.floats.items() if not room}

    @cached_property
    def tight(self) -> set[int]:
        """The critical items that a critical bond holds."""
        every = (bond for bonds in self.following.values() for bond in bonds)
        return {pk for one in every if self.is_critical(one) for pk in (one.before, one.after)}

    def is_critical(self, bond: Bond) -> bool:
        """Whether a bond holds two critical items close together."""
        return {bond.before, bond.after} <= self.critical and self.gap(bond) <= 0

    def gap(self, bond: Bond) -> int:
        """Days a bond has to spare as things are planned."""
        return bond.gap(self.bars[bond.before], self.bars[bond.after])

    @cached_property
    def _groups(self) -> list[set[int]]:
        """The items that are bound to one another, by whatever way."""
        found: list[set[int]] = []
        seen: set[int] = set()
        for first in self.order:
            if first in seen:
                continue
            group, queue = {first}, [first]
            while queue:
                here = queue.pop()
                near = [b.after for b in self.following[here]]
                near += [b.before for b in self.preceding[here]]
                queue += [one for one in near if one not in group]
                group.update(near)
            seen |= group
            found.append(group)
        return found
