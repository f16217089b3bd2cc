"""When a network of tasks will be done: drawn ten thousand times. Pure.

Each open task draws one of its equally likely durations (a byte chooses among 256 of them, which is
ten times as quick as a number) and starts once those before it are done.
Work that is discovered on the way, as in earlier launches, is drawn too: extra tasks behind tasks
that are open (a negative binomial number of them). The same seed gives the same forecast.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from math import ceil, exp
from operator import add
from random import Random

Columns = Mapping[int, Sequence[float]]
DRAWS, TRIED_DRAWS, TRIED = 10_000, 2_000, 8
CHOICES = 256  # as many as a byte tells apart
FEWEST = 1_000_000.0  # the shape of a negative binomial that is a Poisson distribution


@dataclass(frozen=True, slots=True)
class Task:
    """An open task in working days: its likely durations, and the open tasks it waits for.

    `worked` is how long it has been under way; only durations beyond that are possible then.
    """

    key: int
    durations: Sequence[float]
    after: Sequence[int] = ()
    worked: float | None = None

    def left(self) -> Sequence[float]:
        """How much longer it may take. What took longer than anything known takes a day more."""
        if not self.worked:
            return self.durations
        longer = [one - self.worked for one in self.durations if one > self.worked]
        return longer or (1.0,)


@dataclass(frozen=True, slots=True)
class Discovery:
    """How many tasks are still to be discovered: their mean, and the shape of their number."""

    mean: float = 0.0
    shape: float = FEWEST


@dataclass(frozen=True, slots=True)
class Action:
    """A task that can be worked on now, and how much likelier the day is when it is done."""

    task: int
    gain: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """Working days from now until all is done, every draw of them, the shortest first."""

    totals: Sequence[float]
    actions: Sequence[Action] = field(default=())

    def within(self, share: float) -> int:
        """In how many working days it is done with this probability."""
        place = max(ceil(share * len(self.totals)) - 1, 0)
        return ceil(round(self.totals[place], 6))

    def chance(self, days: int) -> float:
        """How likely it is to be done in so many working days."""
        return sum(one <= days + 1e-6 for one in self.totals) / len(self.totals)

    @property
    def mean(self) -> float:
        return sum(self.totals) / len(self.totals)


def discovered(counts: Sequence[int], share_left: float = 1.0) -> Discovery:
    """What earlier launches, by how many tasks each found on the way, say of this one.

    Fitted by moments. `share_left` is the part of the work that is still ahead.
    """
    if not counts:
        return Discovery()
    mean = sum(counts) / len(counts)
    variance = sum((one - mean) ** 2 for one in counts) / max(len(counts) - 1, 1)
    shape = mean**2 / (variance - mean) if variance > mean else FEWEST
    return Discovery(mean * share_left, shape)


def forecast(
    tasks: Sequence[Task],
    *,
    seed: int,
    days: int | None = None,
    found: Discovery = Discovery(),  # frozen
    draws: int = DRAWS,
) -> Forecast:
    """When all tasks are done; with `days`, which actions make that span likelier, best first.

    The tasks make no circle; what they wait for and is not among them counts as done.
    """
    rng = Random(seed)  # noqa: S311  # a simulation, no secret
    ordered = in_order(tasks)
    if not ordered:
        return Forecast((0.0,))
    drawn = {one.key: _draw(rng, one.left(), draws) for one in ordered}
    ends = _ends(ordered, drawn, {})
    totals = _latest(ordered, ends)
    if found.mean:
        _discover(rng, ordered, ends, totals, found)
    if days is None:
        return Forecast(sorted(totals))
    return Forecast(sorted(totals), _actions(ordered, drawn, totals, ends, days))


def in_order(tasks: Sequence[Task]) -> list[Task]:
    """The tasks, each after those it waits for."""
    known = {one.key: one for one in tasks}
    waits = {one.key: {key for key in one.after if key in known} for one in tasks}
    following: dict[int, list[int]] = {key: [] for key in known}
    for key, before in waits.items():
        for one in before:
            following[one].append(key)
    ready = [key for key, before in waits.items() if not before]
    found = []
    while ready:
        here = ready.pop()
        found.append(known[here])
        for key in following[here]:
            waits[key].discard(here)
            if not waits[key]:
                ready.append(key)
    return found


def critical_path(tasks: Sequence[Task]) -> tuple[float, list[int]]:
    """How long it takes when every task takes its mean, and the chain that makes it so."""
    ordered = in_order(tasks)
    mean = {one.key: [sum(one.left()) / len(one.left())] for one in ordered}
    ends = {key: column[0] for key, column in _ends(ordered, mean, {}).items()}
    known = {one.key: one for one in ordered}
    here = max(ends, key=lambda key: ends[key], default=None)
    total, chain = (ends[here], []) if here is not None else (0.0, [])
    while here is not None:
        chain.append(here)
        before = [key for key in known[here].after if key in known]
        here = max(before, key=lambda key: ends[key], default=None)
    return total, chain[::-1]


def _draw(rng: Random, durations: Sequence[float], draws: int) -> list[float]:
    """One of the durations, so many times; of more than 256, as many that lie evenly among them."""
    many = len(durations)
    even = [durations[int((place + 0.5) * many / CHOICES)] for place in range(CHOICES)]
    return list(map(even.__getitem__, rng.randbytes(draws)))


def _ends(
    ordered: Sequence[Task], drawn: Mapping[int, Sequence[float]], ended: Columns
) -> dict[int, Sequence[float]]:
    """When each task ends, draw by draw; `ended` is when those before them do."""
    ends: dict[int, Sequence[float]] = dict(ended)
    for one in ordered:
        before = [ends[key] for key in one.after if key in ends]
        if not before:
            ends[one.key] = drawn[one.key]
            continue
        starts = before[0] if len(before) == 1 else map(max, *before)
        ends[one.key] = list(map(add, starts, drawn[one.key]))
    return ends


def _latest(ordered: Sequence[Task], ends: Columns) -> list[float]:
    """When all is done, draw by draw: only tasks that nothing waits for can be the last."""
    waited = {key for one in ordered for key in one.after}
    last = [ends[one.key] for one in ordered if one.key not in waited]
    return list(map(max, *last, repeat(0.0)))


def _discover(
    rng: Random,
    ordered: Sequence[Task],
    ends: Mapping[int, Sequence[float]],
    totals: list[float],
    found: Discovery,
) -> None:
    """Let each draw find its extra tasks: after an open one, and as long as an open one."""
    for draw in range(len(totals)):
        rate = rng.gammavariate(found.shape, found.mean / found.shape)
        for _ in range(_poisson(rng, rate)):
            behind, like = rng.choice(ordered), rng.choice(ordered)
            totals[draw] = max(totals[draw], ends[behind.key][draw] + rng.choice(like.durations))


def _poisson(rng: Random, rate: float) -> int:
    limit, product, number = exp(-min(rate, 700.0)), rng.random(), 0
    while product > limit:
        product *= rng.random()
        number += 1
    return number


def _actions(
    ordered: Sequence[Task],
    drawn: Mapping[int, Sequence[float]],
    totals: Sequence[float],
    ends: Mapping[int, Sequence[float]],
    days: int,
) -> list[Action]:
    """The tasks nothing holds up, by how much likelier the day is once one of them is done.

    What was discovered in a draw stays as it is: only the network is worked through again.
    """
    known = {one.key for one in ordered}
    free = [one for one in ordered if not any(key in known for key in one.after)]
    free.sort(key=lambda one: -sum(one.left()) / len(one.left()))
    draws = min(TRIED_DRAWS, len(totals))
    held = {key: column[:draws] for key, column in ends.items()}
    network = _latest(ordered, held)
    extra = [total if total > end else 0.0 for total, end in zip(totals, network, strict=False)]
    now = sum(one <= days + 1e-6 for one in totals[:draws])
    found = []
    for one in free[:TRIED]:
        later = _following(one, ordered)
        after = _ends(later, drawn, {**held, one.key: [0.0] * draws})
        likely = map(max, _latest(ordered, after), extra)
        gain = sum(total <= days + 1e-6 for total in likely) - now
        if gain > 0:
            found.append(Action(one.key, gain / draws))
    return sorted(found, key=lambda action: (-action.gain, action.task))


def _following(first: Task, ordered: Sequence[Task]) -> list[Task]:
    """The tasks that wait for it, themselves or through others."""
    keys, found = {first.key}, []
    for one in ordered:
        if not keys.isdisjoint(one.after):
            keys.add(one.key)
            found.append(one)
    return found
