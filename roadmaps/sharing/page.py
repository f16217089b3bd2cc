"""The shared page: one plan, looked at as its reader asks. It reads without scripts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from html import escape
from urllib.parse import urlencode

from django.utils.safestring import SafeString, mark_safe

from roadmaps.exports.files import KINDS
from roadmaps.exports.sheet import facts_of, scale
from roadmaps.sharing.plan import Entry, Plan
from roadmaps.timeline.scale import Scale, Zoom

LAYOUTS = {"timeline": "Timeline", "columns": "Columns", "list": "List"}
LEAST = 0.5  # percent of the width that a bar is never narrower than
LONGEST_SEARCH = 100


@dataclass(slots=True)
class Line:
    """An entry as the page shows it. `lane` is its bar, and says nothing its words do not."""

    one: Entry
    words: str
    waits: str
    lane: SafeString


class SharedPage:
    """A plan with what its reader asked: layout, zoom, first day, words, group."""

    def __init__(self, whole: Plan, asked: Mapping[str, str]) -> None:
        self.asked, self.whole = asked, whole
        self.search = asked.get("q", "").replace("\x00", "")[:LONGEST_SEARCH].strip()
        names = [name for name, _ in whole.groups]
        self.group = asked.get("group", "") if asked.get("group", "") in names else ""
        zoom, first = asked.get("zoom", ""), _day(asked.get("from", ""))
        layout = asked.get("as", "")
        self.plan = replace(
            whole.narrowed(self.search, self.group),
            zoom=zoom if zoom in list(Zoom) else whole.zoom,
            first=first or whole.first,
            layout=layout if layout in self._possible else whole.layout,
        )
        if self.plan.layout not in self._possible:
            self.plan = replace(self.plan, layout="list")

    @property
    def _possible(self) -> list[str]:
        return [
            name
            for name in LAYOUTS
            if (name != "timeline" or self.whole.dated)
            and (name != "columns" or self.whole.columns)
        ]

    @cached_property
    def scale(self) -> Scale | None:
        return scale(self.plan)

    @property
    def layout(self) -> str:
        return self.plan.layout

    def address(self, **changes: str) -> str:
        """This page with some of it changed."""
        kept = {"q": self.search, "group": self.group}
        for name in ("as", "zoom", "from"):
            kept[name] = self.asked.get(name, "")
        found = kept | changes
        return f"?{urlencode([(name, text) for name, text in found.items() if text])}"

    @property
    def query(self) -> str:
        """The address for files of what is on the screen."""
        return self.address()

    @property
    def ways(self) -> list[tuple[str, str, bool]]:
        return [
            (LAYOUTS[name], self.address(**{"as": name}), name == self.layout)
            for name in self._possible
        ]

    @property
    def zooms(self) -> list[tuple[str, str, bool]]:
        if self.scale is None:
            return []
        return [(one.capitalize(), self.address(zoom=one), one == self.plan.zoom) for one in Zoom]

    @property
    def earlier(self) -> str:
        return self.address(**{"from": self.scale.earlier.isoformat()}) if self.scale else ""

    @property
    def later(self) -> str:
        return self.address(**{"from": self.scale.later.isoformat()}) if self.scale else ""

    @property
    def groups(self) -> list[tuple[str, bool]]:
        names = [name for name, _ in self.whole.groups if name]
        return [(name, name == self.group) for name in names] if len(names) > 1 else []

    @property
    def heads(self) -> SafeString:
        """What the months or quarters are called."""
        ticks = self.scale.ticks if self.scale else []
        return mark_safe(
            "".join(f'<text x="{one.left}%" dx="6" y="20">{one.label}</text>' for one in ticks)
        )

    @property
    def blocks(self) -> list[tuple[str, str, list[Line]]]:
        """Groups, or columns, with their lines."""
        if self.layout == "columns":
            return [(name, "", self._lines(rows)) for name, rows in self.plan.in_columns() if rows]
        return [(name, aim, self._lines(rows)) for name, aim, rows in self.plan.in_groups()]

    @cached_property
    def _names(self) -> dict[str, str]:
        return {one.key: one.title for one in self.plan.entries}

    def _lines(self, rows: list[Entry]) -> list[Line]:
        by_group = self.layout == "columns"
        return [
            Line(
                one,
                facts_of(one, with_group=by_group),
                ", ".join(self._names[key] for key in one.waits),
                self._lane(one),
            )
            for one in rows
        ]

    def _lane(self, one: Entry) -> SafeString:
        days = self.scale
        if days is None or one.start is None or one.end is None:
            return mark_safe("")
        left = days.left(one.start)
        right = left + days.width(one.start, one.end)
        if right <= 0 or left >= 100:
            side = "← " if right <= 0 else ""
            after = " →" if left >= 100 else ""
            place = 'x="4"' if right <= 0 else 'x="100%" dx="-4" text-anchor="end"'
            inside = f'<text {place} y="18">{side}{escape(one.when)}{after}</text>'
            return mark_safe(f'<svg class="lane" aria-hidden="true">{inside}</svg>')
        first, last = max(0.0, left), min(100.0, right)
        return mark_safe(
            f'<svg class="lane" aria-hidden="true"><rect class="tone-{one.tone}" '
            f'x="{first:.2f}%" y="5" width="{max(last - first, LEAST):.2f}%" height="18" '
            'rx="4"></rect></svg>'
        )

    @property
    def files(self) -> list[tuple[str, str]]:
        """The kinds of files there are: no calendar without days."""
        return [(kind, kind.upper()) for kind in KINDS if kind != "ics" or self.plan.dated]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
