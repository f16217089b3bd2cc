"""The shared page: one plan, looked at as its reader asks. It reads without scripts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from html import escape
from urllib.parse import urlencode

from django.utils.safestring import SafeString, mark_safe

from core.typed import without_nul
from roadmaps.exports.files import KINDS
from roadmaps.exports.sheet import facts_of, scale
from roadmaps.sharing.arrows import Piece, pieces
from roadmaps.sharing.models import GuestComment
from roadmaps.sharing.plan import Entry, Plan
from roadmaps.timeline.scale import Scale, Zoom

LAYOUTS = {"timeline": "Timeline", "columns": "Columns", "list": "List"}
LEAST = 0.5  # percent of the width that a bar is never narrower than
LONGEST_SEARCH = 100


class SharedPage:
    """A plan with what its reader asked: layout, zoom, first day, words, group.

    `said` are the comments that stand there, by the key of their entry; where it `talks`, each
    entry leads to a form for another.
    """

    def __init__(
        self,
        whole: Plan,
        asked: Mapping[str, str],
        *,
        said: Mapping[str, Sequence[GuestComment]] | None = None,
        talks: bool = False,
    ) -> None:
        self.asked, self.whole = asked, whole
        self.said, self.talks = said or {}, talks
        self.search = without_nul(asked.get("q", ""), LONGEST_SEARCH).strip()
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
    def blocks(self) -> list[tuple[str, str, SafeString, SafeString]]:
        """Groups, or columns: the name, the aim, what arrows draw beside these, the entries."""
        nothing = mark_safe("")
        if self.layout == "columns":
            return [
                (name, "", nothing, self._written(rows))
                for name, rows in self.plan.in_columns()
                if rows
            ]
        return [
            (name, aim, self._arrows(f"head {name}"), self._written(rows))
            for name, aim, rows in self.plan.in_groups()
        ]

    @cached_property
    def _places(self) -> dict[str, int]:
        """Rows as they stand below one another: heads of groups, and entries by their keys."""
        found: list[str] = []
        for name, _, rows in self.plan.in_groups():
            found += [f"head {name}"] if name else []
            found += [one.key for one in rows]
        return {key: at for at, key in enumerate(found)}

    @cached_property
    def _pieces(self) -> dict[int, list[Piece]]:
        if self.scale is None or self.layout != "timeline":
            return {}
        bars = {one.key: bar for one in self.plan.entries if (bar := self._bar(one)) is not None}
        waits = {one.key: one.waits for one in self.plan.entries if one.waits}
        return pieces(list(self._places), bars, waits)

    @property
    def has_arrows(self) -> bool:
        return bool(self._pieces)

    def _arrows(self, key: str) -> SafeString:
        """The pieces of arrows that a row draws; what they say stands in its words."""
        drawn = self._pieces.get(self._places.get(key, -1), [])
        if not drawn:
            return mark_safe("")
        lines = "".join(
            f'<line x1="{one.x1}%" y1="{one.y1:.0f}%" x2="{one.x2}%" y2="{one.y2:.0f}%"'
            + (' marker-end="url(#tip)"' if one.tip else "")
            + "/>"
            for one in drawn
        )
        return mark_safe(f'<svg class="arrows" aria-hidden="true">{lines}</svg>')

    def _bar(self, one: Entry) -> tuple[float, float] | None:
        """Where the bar of an entry begins and ends, in percent; None where none is seen."""
        days = self.scale
        if days is None or one.start is None or one.end is None:
            return None
        left = days.left(one.start)
        right = left + days.width(one.start, one.end)
        if right <= 0 or left >= 100:
            return None
        first = max(0.0, left)
        return first, first + max(min(100.0, right) - first, LEAST)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {one.key: one.title for one in self.plan.entries}

    def _written(self, rows: list[Entry]) -> SafeString:
        """The entries as list items: their words, and a bar that says nothing these do not."""
        by_group = self.layout == "columns"
        parts = []
        for one in rows:
            title, facts = escape(one.title), escape(facts_of(one, with_group=by_group))
            waits = escape(", ".join(self._names[key] for key in one.waits))
            parts.append(
                f'<li><div class="what"><strong>{title}</strong>'
                + (f" <span>{facts}</span>" if facts else "")
                + (f" <span>Waits for: {waits}</span>" if waits else "")
                + (_more(one.text) if one.text else "")
                + "".join(_quoted(each) for each in self.said.get(one.key, ()))
                + (_talk(one.key, title) if self.talks else "")
                + f'</div><div class="days">{self._lane(one)}</div></li>'
            )
        return mark_safe("".join(parts))

    def _lane(self, one: Entry) -> SafeString:
        days = self.scale
        if days is None or one.start is None or one.end is None:
            return mark_safe("")
        bar = self._bar(one)
        if bar is None:
            gone = days.left(one.start) < 0
            words = f"← {escape(one.when)}" if gone else f"{escape(one.when)} →"
            place = 'x="4"' if gone else 'x="100%" dx="-4" text-anchor="end"'
            inside = f'<text {place} y="18">{words}</text>'
            return mark_safe(f'<svg class="lane" aria-hidden="true">{inside}</svg>')
        return mark_safe(
            f'{self._arrows(one.key)}<svg class="lane" aria-hidden="true">'
            f'<rect class="tone-{one.tone}" x="{bar[0]:.2f}%" y="5" '
            f'width="{bar[1] - bar[0]:.2f}%" height="18" rx="4"></rect></svg>'
        )

    @property
    def files(self) -> list[tuple[str, str]]:
        """The kinds of files there are: no calendar without days."""
        return [(kind, kind.upper()) for kind in KINDS if kind != "ics" or self.plan.dated]


def _more(text: str) -> str:
    return f"<details><summary>More</summary><p>{_lines(text)}</p></details>"


def _talk(key: str, title: str) -> str:
    about = f'<span class="visually-hidden"> on {title}</span>'
    return f'<a class="say-link" href="?say={key}#say">Comment{about}</a>'


def _quoted(one: GuestComment) -> str:
    who = f"{escape(one.called)}, {one.said_at.day} {one.said_at:%B %Y}"
    return f"<blockquote><p>{_lines(one.body)}</p><footer>{who}</footer></blockquote>"


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
