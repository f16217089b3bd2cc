"""A roadmap as an audience sees it: plain words and days, and nothing that leads further.

Pages, files, feeds and searches are made of a `Plan` alone, so what is not in it cannot get out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as it is shown. `key` is a name that leads back to it on our side alone.

    `facts` are the words of what is allowed, by label; `tone` is what colours its bar.
    """

    key: str
    title: str
    group: str = ""
    start: date | None = None
    end: date | None = None
    when: str = ""
    tone: str = "grey"
    column: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    waits: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """Everything about it in a line: what searching looks through."""
        return " ".join([self.title, self.group, self.when, *self.facts.values(), self.text])


@dataclass(frozen=True, slots=True)
class Plan:
    """Entries in order, their groups in order with what these aim at, and the labels of facts."""

    title: str
    by: str
    as_of: date
    entries: tuple[Entry, ...] = ()
    groups: tuple[tuple[str, str], ...] = ()
    labels: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()
    layout: str = "timeline"
    zoom: str = "month"
    first: date | None = None

    @property
    def dated(self) -> bool:
        return any(one.start for one in self.entries)

    def in_groups(self) -> list[tuple[str, str, list[Entry]]]:
        """Each group that has entries: its name, its aim, its entries."""
        found: dict[str, list[Entry]] = {name: [] for name, _ in self.groups}
        for one in self.entries:
            found.setdefault(one.group, []).append(one)
        aims = dict(self.groups)
        return [(name, aims.get(name, ""), rows) for name, rows in found.items() if rows]

    def in_columns(self) -> list[tuple[str, list[Entry]]]:
        """The entries by their column."""
        return [
            (name, [one for one in self.entries if one.column == name]) for name in self.columns
        ]

    def narrowed(self, text: str = "", group: str = "") -> "Plan":
        """The entries that say every word of `text`, of one group where one is named."""
        words = text.casefold().split()
        kept = tuple(
            one
            for one in self.entries
            if (not group or one.group == group)
            and all(word in one.said.casefold() for word in words)
        )
        keys = {one.key for one in kept}
        return replace(
            self,
            entries=tuple(
                replace(one, waits=tuple(key for key in one.waits if key in keys)) for one in kept
            ),
        )


def kept(plan: Plan) -> dict[str, Any]:
    """A plan as plain values, for a frozen link."""
    values = asdict(plan)
    for one in (values, *values["entries"]):
        for name in ("as_of", "first", "start", "end"):
            if isinstance(one.get(name), date):
                one[name] = one[name].isoformat()
    return values


def read(values: Mapping[str, Any]) -> Plan:
    """The plan that was kept."""
    given = dict(values)
    entries = tuple(Entry(**_entry(one)) for one in given.pop("entries"))
    given["as_of"], given["first"] = _day(given["as_of"]), _day(given.get("first"))
    for name in ("labels", "columns"):
        given[name] = tuple(given[name])
    for name in ("groups", "legend"):
        given[name] = _pairs(given[name])
    return Plan(entries=entries, **given)


def _entry(values: Mapping[str, Any]) -> dict[str, Any]:
    one = dict(values)
    one["start"], one["end"] = _day(one["start"]), _day(one["end"])
    return one | {"waits": tuple(one["waits"])}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _pairs(rows: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(one), str(other)) for one, other in rows)
