"""What a template would change in a launch that was made from it. Pure.

Tasks that were started or done are left alone, and so is the launch's own work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from roadmaps.launches.states import Lane, LaunchState

FIELDS = ("title", "phase", "lane", "day", "low", "likely", "high")
LABELS = {
    "title": "title",
    "phase": "phase",
    "lane": "lane",
    "day": "T±",
    "low": "days at best",
    "likely": "days likely",
    "high": "days at worst",
}
Values = Mapping[str, str | int | Decimal]


@dataclass(frozen=True, slots=True)
class Held:
    """A task as a launch or its template has it."""

    key: str
    values: Values
    untouched: bool = True


@dataclass(frozen=True, slots=True)
class Offer:
    """One difference: `add`, `change` or `remove` the task of this key; `says` it in words."""

    act: str
    key: str
    title: str
    says: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.act}:{self.key}"


def offers(template: Sequence[Held], launch: Sequence[Held], dropped: set[str]) -> list[Offer]:
    """What would make the launch's tasks those of the template.

    `dropped` are the keys of tasks that were thrown away from the launch: they are not offered
    again.
    """
    have = {one.key: one for one in launch}
    found = []
    for wanted in template:
        title = str(wanted.values["title"])
        held = have.get(wanted.key)
        if held is None:
            if wanted.key not in dropped:
                found.append(Offer("add", wanted.key, title))
        elif held.untouched and (says := _differences(held.values, wanted.values)):
            found.append(Offer("change", wanted.key, title, tuple(says)))
    known = {one.key for one in template}
    found += [
        Offer("remove", one.key, str(one.values["title"]))
        for one in launch
        if one.key and one.key not in known and one.untouched
    ]
    return found


def _differences(before: Values, after: Values) -> list[str]:
    return [
        f"{LABELS[name]}: {_said(name, before[name])} → {_said(name, after[name])}"
        for name in FIELDS
        if before[name] != after[name]
    ]


def _said(name: str, value: str | int | Decimal) -> str:
    words = {"lane": Lane, "phase": LaunchState}.get(name)
    if words is not None:
        return str(words(value).label)
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
