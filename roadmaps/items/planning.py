"""The plan as it stands: the bars of items and what binds them, and what follows in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from roadmaps.items.models import Dependency, Item
from roadmaps.items.scheduling import Bar, Bond, Plan
from roadmaps.items.states import ENDED
from workspaces.access.actor import Actor

NAMED, A_WEEK = 5, 7


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with what its items are called."""

    plan: Plan
    titles: Mapping[int, str]

    def name(self, pk: int) -> str:
        return f"“{self.titles.get(pk, pk)}”"


def bar_of(start_on: date | None, end_on: date | None) -> Bar | None:
    """The bar between two days, both counted; one day alone is a bar of that day."""
    first, last = start_on or end_on, end_on or start_on
    if first is None or last is None:
        return None
    return Bar(first.toordinal(), last.toordinal() + 1)


def days_of(bar: Bar) -> tuple[date, date]:
    """The first and the last day of a bar."""
    return date.fromordinal(bar.start), date.fromordinal(bar.end - 1)


def planned(actor: Actor) -> Planned:
    """All dependencies and the items they bind: two statements."""
    rows = Dependency.objects.visible_to(actor).values_list("before", "after", "type", "lag")
    bonds = [Bond(*row) for row in rows]
    bound = {pk for bond in bonds for pk in (bond.before, bond.after)}
    items = Item.objects.visible_to(actor).filter(pk__in=bound).exclude(state__in=ENDED)
    bars, titles = {}, {}
    for pk, title, start_on, end_on in items.values_list("pk", "title", "start_on", "end_on"):
        titles[pk] = title
        if (bar := bar_of(start_on, end_on)) is not None:
            bars[pk] = bar
    return Planned(Plan(bars, bonds), titles)


def days(many: int) -> str:
    """So many days in words."""
    return f"{many} day{'' if many == 1 else 's'}"


def effect_words(found: Planned, shifts: Mapping[int, int]) -> str:
    """“Moves “B” by 9 days and “C” by 2 days.”; nothing where nothing moves."""
    if not shifts:
        return ""
    most = sorted(shifts.items(), key=lambda one: (-one[1], one[0]))
    parts = [f"{found.name(pk)} by {days(many)}" for pk, many in most[:NAMED]]
    if len(most) > NAMED:
        parts.append(f"{len(most) - NAMED} more")
    return f"Moves {_joined(parts)}."


def answers(found: Planned, item: Item) -> list[tuple[str, str]]:
    """The three questions of whoever plans, each with its answer in words."""
    plan = found.plan
    if item.pk not in plan.bars:
        return []
    return [
        ("Which slip delays it?", _what_delays(found, item.pk)),
        ("Where is the critical path?", _what_is_critical(found, item.pk)),
        ("What does a slip of it move?", _what_it_moves(found, item.pk)),
    ]


def _what_delays(found: Planned, pk: int) -> str:
    room = found.plan.slack_before(pk)
    if not room:
        return "None: it waits for nothing that has days."
    tight = [found.name(one) for one, many in sorted(room.items()) if not many]
    loose = sorted(((many, one) for one, many in room.items() if many))
    words = [f"Any slip of {_joined(tight[:NAMED], 'or')}."] if tight else []
    spare = [f"{found.name(one)} may slip {days(many)}" for many, one in loose[:NAMED]]
    return " ".join([*words, *([f"{_joined(spare)}."] if spare else [])])


def _what_is_critical(found: Planned, pk: int) -> str:
    chain = found.plan.chain_before(pk)
    on_it = pk in found.plan.critical
    last = "It is on it: a slip of it moves the last day of all it is bound to."
    spare = f"It is not on it: it may slip {days(found.plan.floats.get(pk, 0))}."
    if len(chain) == 1:
        return last if on_it else spare
    return f"{' → '.join(found.name(one) for one in chain)}. {last if on_it else spare}"


def _what_it_moves(found: Planned, pk: int) -> str:
    plan = found.plan
    if not plan.following.get(pk):
        return "Nothing: no item with days waits for it."
    shifts = plan.pushed({pk: plan.bars[pk].later(A_WEEK)})
    words = effect_words(found, shifts)
    return f"A week: {words[0].lower()}{words[1:]}" if words else "A week moves nothing."


def _joined(parts: Iterable[Any], word: str = "and") -> str:
    found = [str(one) for one in parts]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} {word} {found[-1]}"
